namespace ModelRegistry;

/// <summary>A manifest and the bytes that it was read from, in one read: what is shown, hashed and used is the same file.</summary>
/// <param name="Path">The manifest's file.</param>
/// <param name="Content">The bytes of the file.</param>
/// <param name="Manifest">What they say.</param>
public sealed record ResolvedManifest(string Path, ReadOnlyMemory<byte> Content, Manifest Manifest)
{
    /// <summary>SHA-256 of the file. Worked out when it is asked for: starting the library that hashes takes longer than resolving.</summary>
    public Digest Digest => field ??= Digest.Of(Content.Span);
}
