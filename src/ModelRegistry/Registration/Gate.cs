using System.Globalization;
using System.Text.RegularExpressions;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>
/// A condition on a metric: <c>accuracy&gt;=0.9</c>, or relative to another version of the family:
/// <c>accuracy&gt;=@production-0.005</c>, <c>loss&lt;=best+0.01</c>.
/// </summary>
public sealed partial record Gate
{
    private Gate(string text, string metric, string comparison, Selector? reference, double offset)
    {
        Text = text;
        Metric = metric;
        Comparison = comparison;
        Reference = reference;
        Offset = offset;
    }

    /// <summary>The condition as it was written.</summary>
    public string Text { get; }

    /// <summary>The metric's name.</summary>
    public string Metric { get; }

    /// <summary>One of <c>&gt;= &gt; &lt;= &lt;</c>.</summary>
    public string Comparison { get; }

    /// <summary>The version whose metric is the bound; null where the bound is a number.</summary>
    public Selector? Reference { get; }

    /// <summary>The bound, or what is added to the reference's metric.</summary>
    public double Offset { get; }

    /// <summary>Reads a condition.</summary>
    /// <exception cref="ModelRegistryException">MR0118: not of that form.</exception>
    public static Gate Parse(string text)
    {
        var match = Pattern().Match(text);
        if (match.Success)
        {
            var metric = Metrics.CheckName(match.Groups["metric"].Value);
            var comparison = match.Groups["comparison"].Value;
            var reference = match.Groups["reference"] is { Success: true } named ? Selector.Parse(named.Value) : null;
            var number = match.Groups["number"].Value.Replace(" ", "", StringComparison.Ordinal);
            var offset = 0.0;
            if (number.Length == 0 || double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out offset) && double.IsFinite(offset))
                return new Gate(text, metric, comparison, reference, offset);
        }

        throw Codes.InvalidGate.Error($"'{Printable.Quote(text)}' is not a gate", "write METRIC>=NUMBER or METRIC>=@ALIAS-NUMBER, such as accuracy>=0.9");
    }

    /// <summary>Checks the condition.</summary>
    /// <param name="metrics">The metrics of the version that is to pass.</param>
    /// <param name="referenceMetric">The metric of the version that <see cref="Reference"/> selects; null where there is none yet, which passes.</param>
    /// <exception cref="ModelRegistryException">MR0119: it does not hold.</exception>
    public void Check(IReadOnlyDictionary<string, double> metrics, Func<Selector, string, double?> referenceMetric)
    {
        if (!metrics.TryGetValue(Metric, out var value))
            throw Codes.GateFailed.Error($"gate '{Text}' not passed: the model has no metric '{Metric}'", "record the metric with --metric or --metrics");
        var bound = Offset;
        if (Reference is not null)
        {
            if (referenceMetric(Reference, Metric) is not { } known) return;
            bound = known + Offset;
        }

        if (!Holds(value, bound))
            throw Codes.GateFailed.Error(string.Create(CultureInfo.InvariantCulture, $"gate '{Text}' not passed: {Metric} is {value:R}, the bound is {bound:R}"), "train a better model, or change the gate");
    }

    private bool Holds(double value, double bound) => Comparison switch
    {
        ">=" => value >= bound,
        ">" => value > bound,
        "<=" => value <= bound,
        _ => value < bound,
    };

    [GeneratedRegex(@"^\s*(?<metric>[^<>=\s](?:[^<>=]*[^<>=\s])?)\s*(?<comparison>>=|<=|>|<)\s*(?:(?<reference>@[a-z0-9](?:[a-z0-9._]|-(?![0-9.]))*|best|latest)\s*(?<number>[+-]\s*[0-9.eE+-]+)?|(?<number>[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?))\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
