using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Trust;

namespace ModelRegistry.Locking;

/// <summary>Holds the versions of a build against its trust policy, in every build and in every mode of the lock file.</summary>
internal sealed class ReferenceTrust(ModelTrustPolicy policy, TimeProvider clock, Registry? registry, CancellationToken cancellation)
{
    private readonly List<Advisory> _warnings = [];

    /// <summary>What the policy does not like and lets pass.</summary>
    public IReadOnlyList<Advisory> Warnings => _warnings;

    /// <summary>Checks one answer, and says who vouches for it.</summary>
    /// <exception cref="ModelRegistryException">MR08xx: the policy refuses it.</exception>
    public ImmutableArray<VersionSigner> Check(ModelRequest request, LockedVersion locked)
    {
        var id = new ModelId(request.Name, locked.Version);
        var verdict = Verdict(id, locked);
        verdict.ThrowIfRefused();
        _warnings.AddRange(verdict.Problems.Select(problem => new Advisory(request, problem.Failure.Diagnostic, problem.Failure.Hint is { } hint ? $"{problem.Failure.Message}; {hint}" : problem.Failure.Message)));
        return verdict.SignedBy;
    }

    // Where the registry is not at hand, the lock file says who vouched when it was: it is the consumer's own, as the policy is.
    private TrustVerdict Verdict(ModelId id, LockedVersion locked) =>
        registry is not null && registry.Context.Families.IsAtHand(id.Name) && File.Exists(registry.Layout.Manifest(id)) ? registry.CheckTrust(id, policy, cancellation)
        : CommitCheck.AddUnseen(new TrustCheck(policy, clock).CheckLocked(id, locked.ManifestDigest, locked.SignedBy), policy, id);
}
