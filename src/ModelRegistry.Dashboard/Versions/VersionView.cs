using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Versions;

/// <summary>What a version's page shows.</summary>
public sealed record VersionView
{
    public required VersionHeadView Head { get; init; }

    /// <summary>The version registered before; null for the first.</summary>
    public IndexedVersion? Before { get; init; }

    /// <summary>The latest version, where this one is another.</summary>
    public IndexedVersion? Newer { get; init; }

    public required IReadOnlyList<MetricTile> Metrics { get; init; }

    public LayerTree? Layers { get; init; }

    public ModelRegistryException? LayersProblem { get; init; }

    /// <summary>Files whose bytes are in none of the folders on this machine.</summary>
    public required IReadOnlySet<string> MissingFiles { get; init; }

    /// <summary>How an image becomes an input.</summary>
    public required IReadOnlyList<(string Name, string Value)> Preprocessing { get; init; }

    /// <summary>Every field that no other place of the page shows.</summary>
    public required IReadOnlyList<(string Name, string Value)> OtherFields { get; init; }

    /// <summary>Whether inputs and outputs are those of the version before; null for the first.</summary>
    public bool? SameSignature { get; init; }

    /// <summary>Milliseconds of one run, from the verification.</summary>
    public double? Latency { get; init; }
}

/// <summary>A metric with its change and its rank.</summary>
public sealed record MetricTile(MetricCell Cell, MetricDirection Direction, int? Rank, int Of);
