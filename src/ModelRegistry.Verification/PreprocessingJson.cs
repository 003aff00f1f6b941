using System.Text;
using System.Text.Json;

namespace ModelRegistry.Verification;

/// <summary>Hands a manifest's preprocessing to the child process in the manifest's own form.</summary>
internal static class PreprocessingJson
{
    public static string Write(Preprocessing preprocessing)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (preprocessing.Resize is { } resize) json.WriteNumber("resize", resize);
            if (preprocessing.Crop is { } crop) json.WriteNumber("crop", crop);
            Numbers(json, "mean", preprocessing.Mean);
            Numbers(json, "std", preprocessing.Std);
            if (preprocessing.Layout is { } layout) json.WriteString("layout", layout);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
