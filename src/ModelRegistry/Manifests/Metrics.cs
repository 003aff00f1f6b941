using System.Globalization;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>Reads metrics from text and JSON.</summary>
public static class Metrics
{
    private const int MaxNameLength = 100;

    /// <summary>Reads <c>name=value</c>.</summary>
    /// <exception cref="ModelRegistryException">MR0104: no such form, or the value is not a finite number.</exception>
    public static KeyValuePair<string, double> ParsePair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw Codes.InvalidMetric.Error($"'{Printable.Quote(text)}' is not a metric", "write NAME=NUMBER, such as accuracy=0.93");
        var name = CheckName(text[..equals].Trim());
        if (!double.TryParse(text[(equals + 1)..].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw Codes.InvalidMetric.Error($"metric '{name}' is not a number: '{Printable.Quote(text[(equals + 1)..])}'", "write a decimal number with a point, such as 0.93");
        return KeyValuePair.Create(name, CheckValue(name, value));
    }

    /// <summary>Reads a JSON object of numbers. An object inside gives names joined by a point.</summary>
    /// <param name="json">The text.</param>
    /// <param name="origin">What messages call it: a file's name.</param>
    /// <exception cref="ModelRegistryException">MR0110: not JSON; MR0104: a value is not a finite number.</exception>
    public static IReadOnlyDictionary<string, double> ParseJson(ReadOnlyMemory<byte> json, string origin)
    {
        using var document = JsonText.ParseInput(json, origin, allowNaN: true);
        return Read(document.RootElement, origin);
    }

    /// <summary>Reads the object.</summary>
    internal static SortedDictionary<string, double> Read(JsonElement element, string origin)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Codes.InvalidJson.Error($"the metrics of {origin} are not a JSON object", "write { \"accuracy\": 0.93 }");
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        Collect(element, "", origin, metrics);
        return metrics;
    }

    /// <summary>Returns a metric's name if it can be one: as trainers write them, with spaces and brackets, but nothing that a gate could not name.</summary>
    /// <exception cref="ModelRegistryException">MR0104: empty, longer than 100 characters, with space at an end, or with control or invisible characters, <c>&lt;</c>, <c>&gt;</c> or <c>=</c>.</exception>
    public static string CheckName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(IsOfName) && !char.IsWhiteSpace(name[0]) && !char.IsWhiteSpace(name[^1])
            ? name
            : throw Codes.InvalidMetric.Error($"'{Printable.Quote(name)}' is not a metric's name", "use 1-100 printable characters without < > and =");

    private static bool IsOfName(char c) =>
        c == ' ' || (c is not ('<' or '>' or '=') && !char.IsWhiteSpace(c)
            && CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));

    /// <summary>Returns a metric's value if it is finite.</summary>
    /// <exception cref="ModelRegistryException">MR0104: NaN or infinite.</exception>
    public static double CheckValue(string name, double value) =>
        double.IsFinite(value)
            ? value
            : throw Codes.InvalidMetric.Error($"metric '{name}' is {value.ToString(CultureInfo.InvariantCulture)}, not a finite number", "fix the evaluation, or leave the metric out");

    private static void Collect(JsonElement element, string prefix, string origin, SortedDictionary<string, double> metrics)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = CheckName(prefix + property.Name);
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Collect(property.Value, name + ".", origin, metrics);
                    break;
                case JsonValueKind.Number:
                    metrics[name] = CheckValue(name, property.Value.GetDouble());
                    break;
                case JsonValueKind.String when property.Value.GetString() is "NaN" or "Infinity" or "-Infinity":
                    throw Codes.InvalidMetric.Error($"metric '{name}' in {origin} is {property.Value.GetString()}, not a finite number", "fix the evaluation, or leave the metric out");
                // Some trainers write figures as text.
                case JsonValueKind.String when double.TryParse(property.Value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var written):
                    metrics[name] = CheckValue(name, written);
                    break;
                default:
                    throw Codes.InvalidMetric.Error($"metric '{name}' in {origin} is not a number", "leave it out, or record it as a tag or hyperparameter");
            }
        }
    }
}
