using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Compare;

/// <summary>What a comparison of two to four versions shows.</summary>
public sealed record CompareView
{
    public const int LayersAPage = 100;

    public required FamilyFacts Family { get; init; }

    public required IReadOnlyList<IndexedVersion> Versions { get; init; }

    /// <summary>What it comes to: good, bad or neither.</summary>
    public required string Verdict { get; init; }

    public required string VerdictKind { get; init; }

    public required IReadOnlyList<CompareRow> Rows { get; init; }

    /// <summary>Whether rows without a difference are shown too.</summary>
    public required bool Everything { get; init; }

    /// <summary>The tensors that differ, where they were asked for.</summary>
    public LayerDifferences? Layers { get; init; }

    public ModelRegistryException? LayersProblem { get; init; }

    public int LayersFrom { get; init; }

    public bool HasCard { get; init; }
}

/// <summary>One field of every version.</summary>
public sealed record CompareRow(string Group, string Name, IReadOnlyList<string?> Values)
{
    public bool Differs => Values.Distinct(StringComparer.Ordinal).Count() > 1;

    /// <summary>For a metric: the change from the first version to the last, and whether it is better.</summary>
    public string? Change { get; init; }

    public bool? IsBetter { get; init; }
}
