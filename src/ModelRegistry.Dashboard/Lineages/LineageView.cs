using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Lineages;

/// <summary>Where a version comes from and what came of it.</summary>
public sealed record LineageView
{
    public required VersionHeadView Head { get; init; }

    /// <summary>From the version itself to its oldest known ancestor.</summary>
    public required IReadOnlyList<LineageStep> Ancestors { get; init; }

    /// <summary>Versions that were trained from this one.</summary>
    public required IReadOnlyList<ModelId> Children { get; init; }

    public int MoreChildren { get; init; }

    public required LineageGraph Graph { get; init; }
}

/// <summary>One version on the way back.</summary>
public sealed record LineageStep(ModelId Id, bool IsKnown, bool IsYanked, string? Problem, Lineage? Facts, DateTimeOffset? CreatedAt);
