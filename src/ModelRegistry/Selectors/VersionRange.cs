using Semver;

namespace ModelRegistry.Selectors;

/// <summary>A set of versions, as its text names it and with every prerelease that lies between its bounds.</summary>
/// <param name="Named">What the text alone chooses from.</param>
/// <param name="WithPrereleases">What it chooses from where prereleases count too.</param>
/// <param name="LabelPrefix">What the label of a prerelease must start with; empty for any.</param>
internal sealed record VersionRange(SemVersionRange Named, SemVersionRange WithPrereleases, string LabelPrefix = "")
{
    /// <summary>Whether a version lies between the bounds, prerelease or not.</summary>
    public bool Contains(ModelVersion version) => WithPrereleases.Contains(version.Semantic) && HasLabel(version);

    /// <summary>Whether the text itself names a version, so that a prerelease need not be asked for on its own.</summary>
    public bool Names(ModelVersion version) => Named.Contains(version.Semantic) && HasLabel(version);

    private bool HasLabel(ModelVersion version) => !version.IsPrerelease || version.Semantic.Prerelease.StartsWith(LabelPrefix, StringComparison.Ordinal);
}
