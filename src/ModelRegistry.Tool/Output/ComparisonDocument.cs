using System.Text.Json;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>compare</c> prints for scripts.</summary>
internal static class ComparisonDocument
{
    public static void Comparison(this Utf8JsonWriter json, VersionComparison comparison)
    {
        json.WriteString("left", comparison.Left.ToString());
        json.WriteString("right", comparison.Right.ToString());
        json.Objects("metrics", comparison.Metrics, metric =>
        {
            json.WriteString("name", metric.Name);
            json.Figure("left", metric.Left);
            json.Figure("right", metric.Right);
            json.Figure("delta", metric.Delta);
            if (metric.Better is { } better) json.WriteBoolean("better", better);
            else json.WriteNull("better");
        });
        json.Objects("metadata", comparison.Metadata, field =>
        {
            json.WriteString("field", field.Field);
            json.WriteString("left", field.Left);
            json.WriteString("right", field.Right);
        });
        json.Objects("files", comparison.Files, file =>
        {
            json.WriteString("path", file.Path);
            json.WriteString("change", file.Change);
            Size(json, "leftSize", file.LeftSize);
            Size(json, "rightSize", file.RightSize);
            json.WriteString("leftDigest", file.LeftDigest?.Value);
            json.WriteString("rightDigest", file.RightDigest?.Value);
        });
    }

    private static void Size(Utf8JsonWriter json, string name, long? size)
    {
        if (size is { } bytes) json.WriteNumber(name, bytes);
        else json.WriteNull(name);
    }
}
