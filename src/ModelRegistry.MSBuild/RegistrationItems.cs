using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Build.Framework;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild;

/// <summary>Reads the items that describe a registration.</summary>
internal static class RegistrationItems
{
    public static TensorSpec Tensor(ITaskItem item)
    {
        var shape = item.GetMetadata("Shape");
        var dtype = item.GetMetadata("Dtype");
        var dimensions = ImmutableArray.CreateBuilder<long>();
        foreach (var part in shape.Split(['x', ','], StringSplitOptions.TrimEntries))
        {
            dimensions.Add(long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var dimension)
                ? dimension
                : throw Codes.InvalidMetadata.Error($"Shape '{shape}' of {item.ItemSpec} is not a shape", "write a shape such as 1x3x224x224, with -1 for any length"));
        }

        var spec = new TensorSpec { Name = item.ItemSpec, Shape = dimensions.ToImmutable() };
        return dtype.Length == 0 ? spec : spec with { Dtype = dtype };
    }

    public static Preprocessing Preprocessing(ITaskItem item) => new()
    {
        Resize = Whole(item, "Resize"),
        Crop = Whole(item, "Crop"),
        Mean = Numbers(item, "Mean"),
        Std = Numbers(item, "Std"),
        Layout = item.GetMetadata("Layout") is { Length: > 0 } layout ? layout : null,
    };

    public static IReadOnlyDictionary<string, double> Metrics(string? file, IEnumerable<ITaskItem> items)
    {
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (file is not null)
        {
            foreach (var (name, value) in ModelRegistry.Metrics.ParseJson(Read(file), file)) metrics[name] = value;
        }

        foreach (var (name, value) in items.Select(Pair).Select(pair => ModelRegistry.Metrics.ParsePair($"{pair.Key}={pair.Value}"))) metrics[name] = value;
        return metrics;
    }

    /// <summary>An item named by the key with the metadata <c>Value</c>, or <c>key=value</c>.</summary>
    public static KeyValuePair<string, string> Pair(ITaskItem item)
    {
        var value = item.GetMetadata("Value");
        var equals = item.ItemSpec.IndexOf('=', StringComparison.Ordinal);
        return value.Length > 0 || equals < 1
            ? KeyValuePair.Create(item.ItemSpec, value)
            : KeyValuePair.Create(item.ItemSpec[..equals].Trim(), item.ItemSpec[(equals + 1)..].Trim());
    }

    /// <summary>Items by name. The same thing said twice is said once; two values for one name are an error.</summary>
    /// <exception cref="ModelRegistryException">MR0111.</exception>
    public static Dictionary<string, string> Pairs(IEnumerable<ITaskItem> items, string what)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in items.Select(Pair))
        {
            if (!pairs.TryAdd(name, value) && pairs[name] != value)
                throw Codes.InvalidMetadata.Error($"{what} has '{name}' twice, as '{pairs[name]}' and as '{value}'", "keep one of the two items");
        }

        return pairs;
    }

    /// <summary>A number or boolean where the text is one, else the text.</summary>
    public static JsonElement Json(string text)
    {
        if (text is "true" or "false" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                // Numbers that JSON writes differently, such as 007 and .5, stay text.
                return Text(text);
            }
        }

        return Text(text);
    }

    private static JsonElement Text(string text)
    {
        using var document = JsonDocument.Parse($"\"{JsonEncodedText.Encode(text)}\"");
        return document.RootElement.Clone();
    }

    private static byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.SourceUnreadable.Error($"cannot read {file}: {failure.Message}", "check the path of MetricsFile", failure);
        }
    }

    private static int? Whole(ITaskItem item, string name)
    {
        if (item.GetMetadata(name) is not { Length: > 0 } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Codes.InvalidMetadata.Error($"{name} '{text}' of Preprocessing is not a positive number", "write a length in pixels");
    }

    private static ImmutableArray<double> Numbers(ITaskItem item, string name)
    {
        if (item.GetMetadata(name) is not { Length: > 0 } text) return [];
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? number
                : throw Codes.InvalidMetadata.Error($"{name} '{text}' of Preprocessing is not a list of numbers", "write numbers separated by commas"))];
    }
}
