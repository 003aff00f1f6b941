using ModelRegistry.Git;

namespace ModelRegistry.Registration;

/// <summary>The message of the commit that registers a version. The trailers are what later readers compare the files with.</summary>
internal static class RegistrationMessage
{
    public const string Model = "Model", Version = "Model-Version", ManifestDigest = "Manifest-Digest", ArtifactDigest = "Artifact-Digest",
        Numbering = "Numbering", SourceCommit = "Source-Commit", RenumberedFrom = "Renumbered-From", RenumberedDigest = "Renumbered-Digest";

    /// <param name="manifest">The version.</param>
    /// <param name="content">The bytes of its file.</param>
    /// <param name="numbering">How its number was chosen: <c>auto</c>, <c>major</c>, <c>minor</c>, <c>patch</c>, <c>explicit</c>; null where nobody knows.</param>
    public static string Of(Manifest manifest, byte[] content, string? numbering) => GitCommit.Message($"register {manifest.Id}", Trailers(manifest, content, numbering));

    public static IEnumerable<(string Key, string? Value)> Trailers(Manifest manifest, byte[] content, string? numbering) =>
    [
        (Model, manifest.Name.Value),
        (Version, manifest.Version.Value),
        (ManifestDigest, Digest.Of(content).Value),
        (ArtifactDigest, manifest.Weights.Digest.Value),
        (Numbering, numbering),
        (SourceCommit, manifest.Lineage?.Commit),
    ];
}
