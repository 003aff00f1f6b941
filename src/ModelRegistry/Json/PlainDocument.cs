using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelRegistry.Json;

/// <summary>
/// Reads the documents of a resolve by hand. The serializer's generic code over <see cref="ImmutableArray{T}"/> and the like is in no
/// precompiled image, so a process that only resolves one model would spend nine tenths of its time compiling it. Only plain documents
/// are read here: whatever is missing, twice there or of another type is left to the serializer, which also has the messages.
/// </summary>
internal static class PlainDocument
{
    /// <summary>The document; null where it is not plain.</summary>
    public static T? TryRead<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        var read = ReaderOf<T>();
        if (read is null) return null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 32 });
            using var document = JsonDocument.ParseValue(ref reader);
            return reader.Read() ? null : (T)read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Func<JsonElement, object>? ReaderOf<T>() =>
        typeof(T) == typeof(Manifest) ? PlainManifest.Read
        : typeof(T) == typeof(RegistrySettings) ? PlainSettings.Registry
        : typeof(T) == typeof(FamilySettings) ? PlainSettings.Family
        : typeof(T) == typeof(AliasRecord) ? PlainSettings.Alias
        : null;

    public static JsonException Unusual() => new("not plain");

    /// <summary>Gives a property its value; a second value for it is unusual.</summary>
    public static void Once<T>(ref T? slot, T value)
        where T : class
    {
        if (slot is not null) throw Unusual();
        slot = value;
    }

    /// <summary>Keeps a field that this version does not know. One with fields of its own, which may be there twice, is unusual.</summary>
    public static void Keep(ref Dictionary<string, JsonElement>? unknown, JsonProperty property)
    {
        if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) throw Unusual();
        unknown ??= [];
        if (!unknown.TryAdd(property.Name, property.Value.Clone())) throw Unusual();
    }

    public static string Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Unusual();

    public static ModelVersion Version(JsonElement element) => ModelVersion.TryParse(Text(element), out var version) ? version : throw Unusual();

    public static Digest Digest(JsonElement element) => ModelRegistry.Digest.TryParse(Text(element), out var digest) ? digest : throw Unusual();

    public static long Number(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : throw Unusual();

    public static DateTimeOffset Time(JsonElement element) => element.ValueKind == JsonValueKind.String && element.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime() : throw Unusual();

    public static void SchemaVersion(JsonElement element)
    {
        if (Number(element) != 1) throw Unusual();
    }

    public static ImmutableArray<T> List<T>(JsonElement element, Func<JsonElement, T> read)
        where T : class
    {
        if (element.ValueKind != JsonValueKind.Array) throw Unusual();
        var items = new T[element.GetArrayLength()];
        for (var i = 0; i < items.Length; i++) items[i] = read(element[i]);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    public static ImmutableSortedDictionary<string, string> Strings(JsonElement element)
    {
        var texts = Manifest.NoTags;
        foreach (var property in Properties(element))
        {
            if (texts.ContainsKey(property.Name)) throw Unusual();
            texts = texts.Add(property.Name, Text(property.Value));
        }

        return texts;
    }

    public static JsonElement.ObjectEnumerator Properties(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : throw Unusual();
}
