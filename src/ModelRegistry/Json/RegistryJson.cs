using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ModelRegistry.Locking;
using ModelRegistry.Registration;

namespace ModelRegistry.Json;

// Source-generated readers hand init-only properties over as a group and give those that are absent their type's default,
// not the initialiser's value; the documents' getters put the documented default in its place.
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(RegistrySettings))]
[JsonSerializable(typeof(FamilySettings))]
[JsonSerializable(typeof(AliasRecord))]
[JsonSerializable(typeof(YankRecord))]
[JsonSerializable(typeof(VerificationRecord))]
[JsonSerializable(typeof(RegistrationJournal))]
[JsonSerializable(typeof(RegistrationMetadata))]
[JsonSerializable(typeof(ModelLock))]
internal sealed partial class RegistryJsonContext : JsonSerializerContext;

/// <summary>The one way in which the registry's files are written: the same content is the same bytes on every platform.</summary>
internal static class RegistryJson
{
    /// <summary>No file of a registry is larger, in bytes.</summary>
    public const int MaxFileLength = Git.IGitReader.MaxBlobLength;

    public static JsonSerializerOptions Options { get; } = MakeOptions();

    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    public static byte[] Write<T>(T document)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(document, TypeInfo<T>());
        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        return json;
    }

    public static T Read<T>(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, TypeInfo<T>()) ?? throw new JsonException("the document is null");

    private static JsonSerializerOptions MakeOptions() => new()
    {
        TypeInfoResolver = RegistryJsonContext.Default.WithAddedModifier(SkipEmptyCollections),
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",
        MaxDepth = 32,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        Converters =
        {
            new ModelNameConverter(), new ModelVersionConverter(), new ModelIdConverter(), new DigestConverter(), new RelativeFilePathConverter(),
            new TimestampConverter(), new MetricDirectionConverter(), new ShapeConverter(), new NumbersConverter(),
        },
    };

    private static void SkipEmptyCollections(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        foreach (var property in type.Properties)
        {
            // The shape of a scalar is empty, but it must be there to be read again.
            if (!property.IsExtensionData && !property.IsRequired && typeof(ICollection).IsAssignableFrom(property.PropertyType))
                property.ShouldSerialize = static (_, value) => value is ICollection { Count: > 0 };
        }
    }
}
