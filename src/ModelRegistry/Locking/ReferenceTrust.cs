using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Trust;

namespace ModelRegistry.Locking;

/// <summary>Holds the versions of a build against its trust policy, in every build and in every mode of the lock file.</summary>
internal sealed class ReferenceTrust(ModelTrustPolicy policy, TimeProvider clock, Registry? registry, CancellationToken cancellation) : IDisposable
{
    private readonly TrustCheck _check = new(policy, clock);
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

    public void Dispose() => _check.Dispose();

    // Where the registry is not at hand, the lock file says who vouched when it was: it is the consumer's own, as the policy is.
    private TrustVerdict Verdict(ModelId id, LockedVersion locked) =>
        registry is not null && registry.Context.Families.IsAtHand(id.Name) && File.Exists(registry.Layout.Manifest(id)) ? registry.CheckTrust(registry.GetManifest(id, cancellation), _check, cancellation)
        : CommitCheck.AddUnseen(_check.CheckLocked(id, locked.ManifestDigest, locked.SignedBy), policy, id);
}
