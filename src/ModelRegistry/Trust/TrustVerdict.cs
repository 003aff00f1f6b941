using System.Collections.Immutable;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Trust;

/// <summary>A signer of a version whom the policy believes.</summary>
/// <param name="Name">What the policy calls them.</param>
/// <param name="KeyId">The first 16 hex digits of the hint of the key, or of the certificate's SHA-256.</param>
public sealed record VersionSigner(string Name, string KeyId);

/// <summary>What is wrong with the trust in a version.</summary>
/// <param name="Failure">What it is, with code and advice.</param>
/// <param name="IsError">Whether it stops a build; otherwise it is a warning.</param>
/// <param name="Line">The line of the policy it comes from; null where it comes from none.</param>
public sealed record TrustProblem(ModelRegistryException Failure, bool IsError, int? Line = null);

/// <summary>What a policy makes of a version.</summary>
public sealed record TrustVerdict
{
    /// <summary>Who vouches for it, in ordinal order of their names.</summary>
    public ImmutableArray<VersionSigner> SignedBy { get; init; } = [];

    /// <summary>What stands against it.</summary>
    public ImmutableArray<TrustProblem> Problems { get; init; } = [];

    /// <summary>What made it, as a trusted signer states; null where the policy does not ask.</summary>
    public string? Builder { get; init; }

    /// <summary>The exemption that lets it pass without a signature; null where none was needed.</summary>
    public PolicyExemption? Exemption { get; init; }

    /// <summary>Throws the first error.</summary>
    /// <exception cref="ModelRegistryException">The policy refuses the version.</exception>
    public void ThrowIfRefused()
    {
        if (Problems.FirstOrDefault(problem => problem.IsError) is { } problem) throw problem.Failure;
    }
}
