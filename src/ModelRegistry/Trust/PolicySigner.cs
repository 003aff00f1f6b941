using System.Collections.Immutable;
using System.IO.Enumeration;
using ModelRegistry.Signing;

namespace ModelRegistry.Trust;

/// <summary>One signer of a policy.</summary>
public sealed record PolicySigner
{
    /// <summary>What messages and lock files call them.</summary>
    public required string Name { get; init; }

    /// <summary>A public key in PEM; null where <see cref="CertificatePath"/> is given.</summary>
    public string? PublicKeyPath { get; init; }

    /// <summary>The authority, or the signer's own certificate, in PEM.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>The subject that the signer's certificate must have; null for any.</summary>
    public string? Subject { get; init; }

    /// <summary>Patterns with <c>*</c> of the families for which the signer is believed.</summary>
    public ImmutableArray<string> Families { get; init; } = ["*"];

    /// <summary>The line of the policy that names them.</summary>
    public int Line { get; init; }

    /// <summary>Whether the signer is believed for a family.</summary>
    public bool Covers(ModelName family) => Families.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, family.Value, ignoreCase: false));

    /// <summary>Reads the key or certificate.</summary>
    internal TrustedSigner Open() => PublicKeyPath is not null ? TrustedSigner.Key(PublicKeyPath, Name) : TrustedSigner.Certificate([CertificatePath!], Subject, Name);
}

/// <summary>Where the policy wants models to come from. What is null is not asked for.</summary>
/// <param name="Repository">The repository of the training source.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="Builder">What trained it, as CI names itself.</param>
public sealed record PolicyProvenance(string? Repository, string? Branch, string? Builder);

/// <summary>Who must have signed the commits of the registry.</summary>
/// <param name="AllowedSignersPath">A file in the form of <c>ssh-keygen</c>'s ALLOWED SIGNERS.</param>
/// <param name="Mode">What a commit that none of them signed means.</param>
public sealed record PolicyCommits(string AllowedSignersPath, TrustMode Mode);

/// <summary>A version that needs no signature.</summary>
/// <param name="Id">The version.</param>
/// <param name="ManifestDigest">Its manifest, so that the exemption holds for nothing else.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">The last day on which it holds; null for ever.</param>
/// <param name="Line">The line of the policy.</param>
public sealed record PolicyExemption(ModelId Id, Digest ManifestDigest, string Reason, DateOnly? Until, int Line);
