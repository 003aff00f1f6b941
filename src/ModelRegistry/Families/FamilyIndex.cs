using ModelRegistry.Diagnostics;

namespace ModelRegistry;

/// <summary>A family with the whole of every manifest, yank and verification: what tables, search and export read.</summary>
public sealed class FamilyIndex
{
    private readonly Dictionary<string, IndexedVersion> _byVersion;

    internal FamilyIndex(Family family, IReadOnlyList<IndexedVersion> versions, IReadOnlyList<ModelRegistryException> broken, ModelVersion? latest, ModelVersion? best)
    {
        Family = family;
        Versions = versions;
        Broken = broken;
        Latest = latest;
        Best = best;
        _byVersion = versions.ToDictionary(v => v.Manifest.Version.Value, StringComparer.Ordinal);
    }

    /// <summary>The family as selectors see it.</summary>
    public Family Family { get; }

    /// <summary>All versions that can be read, highest first.</summary>
    public IReadOnlyList<IndexedVersion> Versions { get; }

    /// <summary>What is wrong with the files that cannot be read.</summary>
    public IReadOnlyList<ModelRegistryException> Broken { get; }

    /// <summary>What <c>latest</c> means; null where nothing matches.</summary>
    public ModelVersion? Latest { get; }

    /// <summary>What <c>best</c> means; null where nothing matches or no metric says so.</summary>
    public ModelVersion? Best { get; }

    /// <summary>One version; null where there is none that can be read.</summary>
    public IndexedVersion? Find(ModelVersion version) => _byVersion.GetValueOrDefault(version.Value);
}

/// <summary>One version of a <see cref="FamilyIndex"/>.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Yank">The yank; null where it is not yanked.</param>
/// <param name="Verification">The last verification; null where there is none.</param>
public sealed record IndexedVersion(Manifest Manifest, YankRecord? Yank, VerificationRecord? Verification)
{
    /// <summary>What the last verification is worth for these files.</summary>
    public VerificationStanding Standing { get; } =
        Verification is null ? VerificationStanding.None
        : !Verification.Passed ? VerificationStanding.Failed
        : Verification.Covers(Manifest) ? VerificationStanding.Passed
        : VerificationStanding.OtherFiles;
}

/// <summary>A family among all of them: its index, or why it cannot be read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Everything in it; null where it cannot be read.</param>
/// <param name="Problem">Why not; null where it can.</param>
public sealed record IndexedFamily(ModelName Name, FamilyIndex? Index, ModelRegistryException? Problem);

/// <summary>What a verification is worth for the files of a version.</summary>
public enum VerificationStanding
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It passed, for exactly these files.</summary>
    Passed,

    /// <summary>A check failed.</summary>
    Failed,

    /// <summary>It passed, but for other bytes.</summary>
    OtherFiles,
}
