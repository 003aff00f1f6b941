using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ModelRegistry.Importing;

/// <summary>What a <c>config.json</c>, as transformers and timm write it, says of a model. What it does not say, or says in another form, is left open.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Labels">The names of the classes in their order; null where it names none.</param>
internal sealed record ModelConfig(string? Architecture, ImmutableArray<string>? Labels)
{
    public const string FileName = "config.json";

    private const int MaxLength = 4 << 20;
    private const int MaxText = 200;

    public static ModelConfig Read(string? file)
    {
        if (file is null || new FileInfo(file).Length > MaxLength) return new ModelConfig(null, null);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? new ModelConfig(ArchitectureOf(root), LabelsOf(root)) : new ModelConfig(null, null);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return new ModelConfig(null, null);
        }
    }

    private static string? ArchitectureOf(JsonElement root)
    {
        var listed = root.TryGetProperty("architectures", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? Short(list[0]) : null;
        return Named(root, "architecture") ?? listed ?? Named(root, "model_type");
    }

    // transformers: {"0": "cat", …}; what it writes where nobody named them (LABEL_0) names nothing. timm: "label_names": […].
    private static ImmutableArray<string>? LabelsOf(JsonElement root)
    {
        if (root.TryGetProperty("label_names", out var names) && names.ValueKind == JsonValueKind.Array) return Usable([.. names.EnumerateArray().Select(Short)]);
        if (!root.TryGetProperty("id2label", out var map) || map.ValueKind != JsonValueKind.Object) return null;
        var labels = new SortedDictionary<int, string?>();
        foreach (var entry in map.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || !labels.TryAdd(index, Short(entry.Value))) return null;
        }

        return labels.Keys.Select((key, i) => key == i).All(fits => fits) && !labels.All(entry => entry.Value == $"LABEL_{entry.Key}") ? Usable([.. labels.Values]) : null;
    }

    private static ImmutableArray<string>? Usable(ImmutableArray<string?> labels) => labels.Length > 0 && labels.All(label => label is not null) ? labels! : null;

    private static string? Named(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? Short(value) : null;

    private static string? Short(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxText } text && !text.Any(char.IsControl) ? text : null;
}
