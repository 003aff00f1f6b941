using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Drafts;

/// <summary>What the page of a new version shows.</summary>
public sealed record DraftView
{
    /// <summary>The family; null for a new one.</summary>
    public FamilyFacts? Family { get; init; }

    public required string Name { get; init; }

    public required bool IsNewModel { get; init; }

    /// <summary>The draft; null before the first step.</summary>
    public Draft? Draft { get; init; }

    public required DraftFields Fields { get; init; }

    /// <summary>The next number for each choice.</summary>
    public required IReadOnlyDictionary<string, string> Numbers { get; init; }

    public required string AutoReason { get; init; }

    /// <summary>The number that will be registered; null where what was typed is none.</summary>
    public string? Number { get; init; }

    /// <summary>What registering makes of the labels.</summary>
    public required IReadOnlyList<string> Consequences { get; init; }

    /// <summary>What stands in the way; empty where it can be registered.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Fields that the registry asks for.</summary>
    public required IReadOnlySet<string> Required { get; init; }

    /// <summary>Each metric against the best version.</summary>
    public required IReadOnlyList<MetricCell> Against { get; init; }

    public VerificationReport? Report { get; init; }

    public string? Problem { get; init; }

    /// <summary>Whether the problem is one of the metadata, and stands there.</summary>
    public bool IsOfMetadata { get; init; }

    /// <summary>What somebody else registered meanwhile.</summary>
    public IndexedVersion? Other { get; init; }

    public required string Limit { get; init; }
}
