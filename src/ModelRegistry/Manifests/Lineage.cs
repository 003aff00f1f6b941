using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary>Where a model comes from.</summary>
public sealed record Lineage : Extensible
{
    /// <summary>The commit that the source tree was at: 40 or 64 hex digits.</summary>
    public string? Commit { get; init; }

    /// <summary>The remote of the source repository, without credentials.</summary>
    public string? Repository { get; init; }

    /// <summary>The branch; absent on a detached HEAD.</summary>
    public string? Branch { get; init; }

    /// <summary>Whether tracked files of the source tree had changes that were not committed.</summary>
    public bool? Dirty { get; init; }

    /// <summary>What it was trained on.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>The version it was trained from.</summary>
    public ModelId? Parent { get; init; }

    /// <summary>When it was trained.</summary>
    public DateTimeOffset? TrainedAt { get; init; }

    /// <summary>The page of the run that trained it.</summary>
    public string? Run { get; init; }

    /// <summary>Where it was imported from; null for what was made here.</summary>
    public Origin? Origin { get; init; }
}
