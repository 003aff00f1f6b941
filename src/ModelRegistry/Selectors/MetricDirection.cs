namespace ModelRegistry;

/// <summary>Which way a metric gets better.</summary>
public enum MetricDirection
{
    /// <summary>Higher is better.</summary>
    Max,

    /// <summary>Lower is better.</summary>
    Min,
}

/// <summary>Reads directions and knows the default of a name.</summary>
public static class MetricDirections
{
    private static readonly string[] LowerIsBetter = ["loss", "error", "latency", "perplexity"];

    /// <summary>Min where the name contains loss, error, latency or perplexity; else max.</summary>
    public static MetricDirection ByName(string metric) =>
        LowerIsBetter.Any(word => metric.Contains(word, StringComparison.OrdinalIgnoreCase)) ? MetricDirection.Min : MetricDirection.Max;

    /// <summary>Reads <c>min</c> or <c>max</c>.</summary>
    public static bool TryParse(string text, out MetricDirection direction)
    {
        direction = text == "min" ? MetricDirection.Min : MetricDirection.Max;
        return text is "min" or "max";
    }

    /// <summary>Whether one value is better than another. NaN is better than nothing.</summary>
    public static bool IsBetter(this MetricDirection direction, double candidate, double than) =>
        !double.IsNaN(candidate) && (double.IsNaN(than) || (direction == MetricDirection.Max ? candidate > than : candidate < than));

    /// <summary><c>min</c> or <c>max</c>.</summary>
    public static string ToText(this MetricDirection direction) => direction == MetricDirection.Min ? "min" : "max";
}
