using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Versions;

/// <summary>What every page of a version shows at its top.</summary>
public sealed record VersionHeadView
{
    public required FamilyFacts Family { get; init; }

    public required IndexedVersion Version { get; init; }

    public required IReadOnlyList<VersionLabel> Labels { get; init; }

    /// <summary>The commit that registered it; null where git does not know.</summary>
    public string? Commit { get; init; }

    /// <summary>The neighbours by number.</summary>
    public string? Lower { get; init; }

    public string? Higher { get; init; }

    public Manifest Manifest => Version.Manifest;

    public string Number => Version.Manifest.Version.Value;
}
