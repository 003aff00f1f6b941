using System.Collections.Immutable;

namespace ModelRegistry;

/// <summary>The answer to a selector: one version and where its files are.</summary>
public sealed record Resolution
{
    /// <summary>The manifest with the bytes of its file.</summary>
    public required ResolvedManifest Source { get; init; }

    /// <summary>The version.</summary>
    public Manifest Manifest => Source.Manifest;

    /// <summary>The selector that was asked.</summary>
    public required Selector Selector { get; init; }

    /// <summary>SHA-256 of the manifest's file.</summary>
    public Digest ManifestDigest => Source.Digest;

    /// <summary>The manifest's file.</summary>
    public string ManifestPath => Source.Path;

    /// <summary>The files with their verified paths in a store.</summary>
    public required ImmutableArray<ResolvedFile> Files { get; init; }

    /// <summary>The yank, where the version was yanked.</summary>
    public YankRecord? Yank { get; init; }

    /// <summary>The verification, where there is one that holds for these files.</summary>
    public VerificationRecord? Verification { get; init; }

    /// <summary>Name and version.</summary>
    public ModelId Id => Manifest.Id;

    /// <summary>The first file with the role <c>weights</c>, else the first file.</summary>
    public ResolvedFile Weights => Files.FirstOrDefault(f => f.File.Role == FileRoles.Weights) ?? Files[0];
}

/// <summary>A file of a version and where it is.</summary>
/// <param name="File">What the manifest says of it.</param>
/// <param name="LocalPath">The verified blob; null where the bytes were not asked for.</param>
public sealed record ResolvedFile(ModelFile File, string? LocalPath);

/// <summary>How to resolve.</summary>
public sealed record ResolveOptions
{
    /// <summary>Let <c>latest</c>, <c>best</c> and ranges choose prereleases.</summary>
    public bool IncludePrerelease { get; init; }

    /// <summary>
    /// Let <c>latest</c> and <c>best</c> choose versions that are not verified, where <c>policies.requireVerified</c> would not: for what looks at a version
    /// or verifies it, not for what uses it.
    /// </summary>
    public bool IncludeUnverified { get; init; }

    /// <summary>Roles or globs of the files to fetch; empty for all.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Find and verify the bytes. Default: true; false answers from the manifests alone.</summary>
    public bool Fetch { get; init; } = true;
}
