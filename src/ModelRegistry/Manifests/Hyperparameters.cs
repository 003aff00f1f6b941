using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>Reads hyperparameters from text and JSON.</summary>
public static class Hyperparameters
{
    /// <summary>Reads <c>name=value</c>. A value that is a JSON number or <c>true</c> or <c>false</c> keeps its type; anything else is text.</summary>
    /// <exception cref="ModelRegistryException">MR0111: no such form.</exception>
    public static KeyValuePair<string, JsonElement> ParsePair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw Codes.InvalidMetadata.Error($"'{Printable.Quote(text)}' is not a hyperparameter", "write NAME=VALUE, such as lr=0.1");
        return KeyValuePair.Create(text[..equals].Trim(), Value(text[(equals + 1)..].Trim()));
    }

    /// <summary>Reads a JSON object of numbers, strings and booleans. An object inside gives names joined by a point.</summary>
    /// <param name="json">The text.</param>
    /// <param name="origin">What messages call it: a file's name.</param>
    /// <exception cref="ModelRegistryException">MR0110: not JSON, or not an object.</exception>
    public static IReadOnlyDictionary<string, JsonElement> ParseJson(ReadOnlyMemory<byte> json, string origin)
    {
        using var document = JsonText.ParseInput(json, origin, allowNaN: true);
        return Read(document.RootElement, origin);
    }

    /// <summary>Reads the object.</summary>
    internal static SortedDictionary<string, JsonElement> Read(JsonElement element, string origin)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Codes.InvalidJson.Error($"the hyperparameters of {origin} are not a JSON object", "write { \"lr\": 0.1 }");
        var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        Collect(element, "", origin, values);
        return values;
    }

    private static void Collect(JsonElement element, string prefix, string origin, SortedDictionary<string, JsonElement> values)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object) Collect(property.Value, prefix + property.Name + ".", origin, values);
            else if (property.Value.ValueKind == JsonValueKind.String && property.Value.GetString() is "NaN" or "Infinity" or "-Infinity")
                throw Codes.InvalidMetadata.Error($"hyperparameter '{Printable.Quote(prefix + property.Name)}' in {origin} is {property.Value.GetString()}, not a finite number", "leave it out, or write it as a word of your own such as \"none\"");
            else values[prefix + property.Name] = property.Value.Clone();
        }
    }

    private static JsonElement Value(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False) return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Text(text);
        }

        return Text(text);
    }

    private static JsonElement Text(string text)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) writer.WriteStringValue(text);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
