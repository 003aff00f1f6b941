using System.Collections.Immutable;

namespace ModelRegistry;

/// <summary>A model elsewhere that is to become a version here.</summary>
/// <param name="Address"><c>hf://ORG/REPO</c>, <c>hf://ORG/REPO@REVISION</c>, <c>oci://HOST/REPO:TAG</c>, <c>oci://HOST/REPO@sha256:…</c>, or <c>https://HOST/FILE</c> with a digest.</param>
public sealed record OriginRequest(string Address)
{
    /// <summary>Whether a text is meant as an address; otherwise it is a file on this machine.</summary>
    public static bool IsAddress(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>The family; null for the last part of the address.</summary>
    public ModelName? Name { get; init; }

    /// <summary>Patterns with <c>*</c> of the files to take, by path or by name; empty for all.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>The SHA-256 that the file of a web server must have.</summary>
    public Digest? Digest { get; init; }

    /// <summary>The version; null for the next one.</summary>
    public ModelVersion? Version { get; init; }

    /// <summary>Keep the manifest alone: every byte is read and scanned once, and stays at the origin, which is a store of this version from then on.</summary>
    public bool Remote { get; init; }

    /// <summary>Take weights although their pickle asks for code; recorded in the manifest.</summary>
    public bool AllowUnsafe { get; init; }

    /// <summary>Whether to commit. Default: true.</summary>
    public bool Commit { get; init; } = true;
}
