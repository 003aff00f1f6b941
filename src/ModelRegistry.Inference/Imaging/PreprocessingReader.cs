using System.Text.Json;

namespace ModelRegistry.Inference.Imaging;

/// <summary>Reads the <c>preprocessing</c> object of a manifest.</summary>
internal static class PreprocessingReader
{
    internal static ImagePreprocessing Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw ImagePreprocessing.Invalid("an object is expected");
        return new ImagePreprocessing
        {
            Resize = Size(json, "resize"),
            Crop = Size(json, "crop"),
            Mean = Numbers(json, "mean"),
            Std = Numbers(json, "std"),
            Layout = json.TryGetProperty("layout", out var layout) ? Text(layout) : "NCHW",
        };
    }

    private static int? Size(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size)
            ? size
            : throw ImagePreprocessing.Invalid($"'{name}' is a whole number of pixels");
    }

    private static float[] Numbers(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return [];
        if (value.ValueKind != JsonValueKind.Array)
            throw ImagePreprocessing.Invalid($"'{name}' is a list of numbers, one per channel");
        return [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetSingle(out var number)
            ? number
            : throw ImagePreprocessing.Invalid($"'{name}' is a list of numbers, one per channel"))];
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw ImagePreprocessing.Invalid("'layout' is NCHW or NHWC");
}
