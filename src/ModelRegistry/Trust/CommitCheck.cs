using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Names;

namespace ModelRegistry.Trust;

/// <summary>Holds the commit that added a version's manifest, in just these bytes, against the signers whom a policy allows.</summary>
internal sealed class CommitCheck(ModelTrustPolicy policy, RegistryContext registry)
{
    private readonly PolicyCommits _commits = policy.Commits!;

    public TrustVerdict Add(TrustVerdict verdict, ResolvedManifest version, CancellationToken cancellation)
    {
        if (policy.Mode == TrustMode.Off || _commits.Mode == TrustMode.Off || verdict.Exemption is not null) return verdict;
        var failure = Examine(version, cancellation);
        return failure is null ? verdict : With(verdict, failure);
    }

    /// <summary>Where the registry is not at hand, no commit can be seen.</summary>
    public static TrustVerdict AddUnseen(TrustVerdict verdict, ModelTrustPolicy policy, ModelId id)
    {
        if (policy.Mode == TrustMode.Off || policy.Commits is not { Mode: not TrustMode.Off } commits || verdict.Exemption is not null) return verdict;
        var failure = Codes.CommitNotSeen.Error(
            $"{id}: the registry is not at hand, so the commit that added it cannot be held against {commits.AllowedSignersPath}, as {policy.Path} asks",
            "build where the registry is, or set the mode of commits in the policy to accept");
        return verdict with { Problems = verdict.Problems.Add(new TrustProblem(failure, commits.Mode == TrustMode.Require)) };
    }

    private TrustVerdict With(TrustVerdict verdict, ModelRegistryException failure) => verdict with
    {
        Problems = verdict.Problems.Add(new TrustProblem(failure, failure.Diagnostic.Kind == ErrorKind.Integrity || _commits.Mode == TrustMode.Require)),
    };

    private ModelRegistryException? Examine(ResolvedManifest version, CancellationToken cancellation)
    {
        var id = version.Manifest.Id;
        var asks = $"{policy.Path} asks for one of {_commits.AllowedSignersPath}";
        try
        {
            var repository = GitRepository.Find(registry.Layout.Root, registry.Options)
                ?? throw Codes.CommitNotSeen.Error($"{id}: the registry is in no git repository, so nobody signed its commits, and {asks}", "name a clone of the registry");
            var commit = FindAdded(repository, version, cancellation)
                ?? throw Codes.CommitNotSeen.Error($"{id}: no commit added its manifest as it is now, and {asks}", "commit it, or restore the file with git");
            if (repository.Location.Boundary().Contains(commit))
                throw Codes.CommitNotSeen.Error($"{id}: the clone {repository.WorkTree} is shallow and does not have the commit that added it, and {asks}", "run 'git fetch --unshallow' there; a pipeline fetches the whole history (fetch-depth: 0)");
            var signature = CommitSignatures.Read(repository, [commit], _commits.AllowedSignersPath, cancellation)[commit.Hex];
            return Judge(id, commit, signature, asks);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.CommitNotSeen)
        {
            return failure;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Git)
        {
            return Codes.CommitNotSeen.Error($"{id}: the commit that added it cannot be checked: {failure.Message}", failure.Hint, failure);
        }
    }

    private static ModelRegistryException? Judge(ModelId id, GitObjectId commit, CommitSignature signature, string asks)
    {
        // A key that is not in the file is the user's own keyring's affair, and that is not the policy's.
        if (signature is { State: CommitSignatureState.Good, IsSsh: true }) return null;
        if (signature.State == CommitSignatureState.Bad)
            return Codes.CommitSignatureInvalid.Error($"{id}: the signature of commit {commit.Abbreviated}, which added it, does not fit the commit", "fetch the registry again from a place that you trust");
        var found = signature.State switch
        {
            CommitSignatureState.None => "is not signed",
            _ when signature is { IsSsh: false, Key: not null } || signature.State == CommitSignatureState.NotChecked => "is not signed with an ssh key that can be checked here",
            CommitSignatureState.Expired or CommitSignatureState.Revoked => $"is signed with a key that is no longer valid ({Printable.Quote(signature.Key ?? "")})",
            _ => $"is signed with a key that is not allowed ({Printable.Quote(signature.Key ?? "")})",
        };
        return Codes.CommitNotSigned.Error($"{id}: commit {commit.Abbreviated}, which added it, {found}, and {asks}", "let one of them register it with commit.gpgSign on, add the signer to the file, or add an exemption with a reason");
    }

    // Where a merge brought it, only what differs from each of its parents was done by the merge.
    private static GitObjectId? FindAdded(GitRepository repository, ResolvedManifest version, CancellationToken cancellation)
    {
        if (repository.TryPathOf(version.Path) is not { } path) return null;
        return repository.Reader.ReadHistory(new GitHistoryQuery { Below = path }, cancellation)
            .Where(commit => commit.Changes.Where(change => change.Path == path.Value).ToList() is { Count: > 0 } changes && changes.Count >= commit.Parents.Count
                && changes.All(change => change is { Before: null, After: { } after } && after.IsOf(version.Content.Span)))
            .Select(commit => commit.Id).FirstOrDefault();
    }
}
