using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Changes;

/// <summary>The confirmation of an alias's move.</summary>
public sealed record PromoteView
{
    public required VersionHeadView Head { get; init; }

    /// <summary>The alias that the form starts with.</summary>
    public required string Alias { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>Where each alias of the family points now; the form sends along what it was shown.</summary>
    public required IReadOnlyDictionary<string, string> Aliases { get; init; }

    /// <summary>The metrics of this version against the one that the alias points at.</summary>
    public required IReadOnlyList<MetricCell> Changes { get; init; }

    /// <summary>Whether a policy asks for a verification that is not there.</summary>
    public bool NeedsVerification { get; init; }

    public string? Problem { get; init; }
}

/// <summary>The confirmation of a yank.</summary>
public sealed record YankView
{
    public required VersionHeadView Head { get; init; }

    public string Reason { get; init; } = "";

    public string Replacement { get; init; } = "";

    /// <summary>What follows from it, in sentences.</summary>
    public required IReadOnlyList<string> Consequences { get; init; }

    public required IReadOnlyList<string> Candidates { get; init; }

    public string? Problem { get; init; }
}
