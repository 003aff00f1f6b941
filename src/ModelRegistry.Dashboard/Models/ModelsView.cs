using System.Collections.Immutable;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Models;

/// <summary>What the models page shows.</summary>
public sealed record ModelsView
{
    public required ModelsRequest Request { get; init; }

    public required ImmutableArray<FamilyRow> Rows { get; init; }

    public required int Count { get; init; }

    public required int Versions { get; init; }

    /// <summary>Families of the registry, whatever was searched for.</summary>
    public required int Total { get; init; }

    public required int Pages { get; init; }

    public required ImmutableArray<string> Hints { get; init; }

    public required ImmutableArray<FacetView> Facets { get; init; }

    /// <summary>Families of the page whose weights are in no folder of this machine.</summary>
    public IReadOnlySet<string> Missing { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Names that may have been meant, where nothing was found.</summary>
    public required ImmutableArray<string> Near { get; init; }
}

public sealed record FacetView(string Name, IReadOnlyList<FacetValue> Values, int More)
{
    public string Title => Name switch { "task" => "Task", "arch" => "Architecture", "framework" => "Framework", "tag" => "Tag", _ => "Status" };
}

/// <param name="Value">The value.</param>
/// <param name="Count">How many families have it, with the other facets as chosen.</param>
/// <param name="IsChosen">Whether it is chosen.</param>
/// <param name="Target">What a click asks for.</param>
public sealed record FacetValue(string Value, int Count, bool IsChosen, ModelsRequest Target);

/// <summary>One family as a row.</summary>
public sealed record FamilyRow
{
    private const int SparkPoints = 24;

    public required FamilyFacts Family { get; init; }

    public string? MetricName { get; init; }

    public double? Metric { get; init; }

    /// <summary>The change since the version before; null where there is none with this metric.</summary>
    public double? Change { get; init; }

    public bool? IsBetter { get; init; }

    public required SparkLine Spark { get; init; }

    public static FamilyRow Of(FamilyFacts family)
    {
        var metric = family.Goal?.Name ?? (family.Metrics.Count > 0 ? family.Metrics[0] : null);
        var shown = family.Latest ?? family.Shown;
        double? value = metric is not null && shown?.Manifest.Metrics.TryGetValue(metric, out var v) == true ? v : null;
        double? before = metric is not null && shown is not null && family.Before(shown)?.Manifest.Metrics.TryGetValue(metric, out var b) == true ? b : null;
        var change = value - before;
        return new FamilyRow
        {
            Family = family,
            MetricName = metric,
            Metric = value,
            Change = change,
            IsBetter = change is null or 0 || metric is null ? null : family.Direction(metric).IsBetter(value!.Value, before!.Value),
            Spark = metric is null ? SparkLine.None : SparkLine.Of(
                [.. family.ByTime.Where(x => x.Yank is null && x.Manifest.Metrics.TryGetValue(metric, out var m) && double.IsFinite(m)).TakeLast(SparkPoints).Select(x => x.Manifest.Metrics[metric])],
                family.Direction(metric)),
        };
    }
}
