using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Registration;

namespace ModelRegistry.Syncing;

/// <summary>
/// Brings a clone and its remote together: fetch, replay, push, and again where somebody else was faster. The branch there only moves
/// forward; until the push is accepted nothing here changes.
/// </summary>
internal sealed class Syncer(RegistryContext registry, SyncOptions options)
{
    private readonly SharedStores _shared = new(registry);
    private readonly LockedNames _locked = new(registry, options.Locks);
    private readonly TimeProvider _clock = registry.Options.Clock;

    public SyncResult Run(CancellationToken cancellation)
    {
        var repository = GitRepository.Find(registry.Layout.Root, registry.Options)
            ?? throw Codes.NotARepository.Error($"{registry.Layout.Root} is not in a git repository", "there is nothing to sync");
        _locked.Check();
        using var transaction = RegistryTransaction.Begin(registry, repository, commits: true, cancellation);
        var remote = SyncRemote.Of(repository, cancellation);
        var signs = repository.Try(["config", "--type=bool", "--get", "commit.gpgSign"], cancellation).Line == "true";
        repository.Identity(cancellation);
        var started = _clock.GetTimestamp();
        for (var lost = 0; ; lost++)
        {
            if (Try(repository, remote, signs, lost, cancellation) is { } done)
            {
                CommitGraph.Extend(repository, registry.Options, cancellation);
                return done;
            }

            if (lost + 1 >= options.Tries || _clock.GetElapsedTime(started) > options.Time)
                throw remote.HeldThere is { } held
                    ? Codes.GitLocked.Error($"another process holds {Printable.Quote(held)} of {remote.Name}", "nothing was changed here; sync again, and if nothing runs there any more, delete that lock file")
                    : Codes.SyncOvertaken.Error($"others pushed to {remote.Branch} of {remote.Name} faster {lost + 1} times in a row", "nothing was changed here; sync again, and in CI let one job publish at a time");
            // The longer somebody loses, the longer they wait, so that those who win do not win for ever.
            cancellation.WaitHandle.WaitOne(Random.Shared.Next(Math.Min(1000, 50 * (lost + 1))));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private SyncResult? Try(GitRepository repository, SyncRemote remote, bool signs, int lost, CancellationToken cancellation)
    {
        var there = remote.Fetch(cancellation);
        var here = repository.Head(cancellation).Commit ?? throw Codes.SyncImpossible.Error($"the branch {remote.Local} has no commit", "register something first");
        var (ours, theirs) = Divide(repository, here, there, cancellation);
        // Only what others can load is told to them; a try that is lost has nothing left to send.
        _shared.PutArtifacts(repository, ours, cancellation);
        var plan = Plan(repository, here, there, ours, theirs, signs, cancellation);
        var branch = options.NewBranch is null || plan.Commits == 0 ? remote.Branch : options.NewBranch.Length > 0 ? options.NewBranch : BranchName(ours, plan.Commit);
        IReadOnlyList<string> messages = [];
        if (plan.Commits > 0 && !remote.Push(plan.Commit, branch, cancellation, out messages)) return null;
        IReadOnlyList<string> locks = [];
        if (branch == remote.Branch)
        {
            Remember(repository, remote, plan.Commit);
            SyncCompletion.MoveTo(repository, remote.Local, here, plan.Commit, cancellation);
            SharedRepository.GrantBelow(registry.Layout.Root);
            foreach (var name in registry.Families.Names(cancellation)) registry.Families.Forget(name);
            _shared.PutImages(plan.Dropped.Concat(plan.Renumbered), cancellation);
            locks = _locked.Follow(repository, plan.Renumbered.Concat(plan.Dropped), plan.Commit.Hex, cancellation);
        }

        return new SyncResult
        {
            Commit = plan.Commit.Hex,
            Branch = branch,
            Pushed = plan.Commits,
            Received = theirs.Count,
            Lost = lost,
            Renumbered = plan.Renumbered,
            Dropped = plan.Dropped,
            RemoteMessages = messages,
            Locks = locks,
        };
    }

    /// <summary>The commits that only one of the two has, each oldest first.</summary>
    private static (List<GitCommitRecord> Ours, List<GitCommitRecord> Theirs) Divide(GitRepository repository, GitObjectId here, GitObjectId? there, CancellationToken cancellation)
    {
        if (there is null || there == here) return ([], []);
        List<GitCommitRecord> Only(GitObjectId of, GitObjectId not) => [.. repository.Reader.ReadHistory(new GitHistoryQuery { From = of, Until = not, Topological = true }, cancellation).Reverse()];
        return (Only(here, there), Only(there, here));
    }

    private sealed record Planned(GitObjectId Commit, int Commits, IReadOnlyList<VersionRename> Renumbered, IReadOnlyList<VersionRename> Dropped);

    private Planned Plan(GitRepository repository, GitObjectId here, GitObjectId? there, List<GitCommitRecord> ours, List<GitCommitRecord> theirs, bool signs, CancellationToken cancellation)
    {
        if (there is null) return new Planned(here, 1, [], []);
        if (ours.Count == 0) return new Planned(there, 0, [], []);
        var isLinear = theirs.Count == 0 && ours[0].Parents is [var first] && first == there && ours.All(c => c.Parents.Count == 1);
        if (!isLinear && ours.Concat(theirs).Any(c => c.Parents.Count == 0))
            throw Codes.SyncImpossible.Error("the two histories have no commit in common here", repository.Location.IsShallow ? "the clone is shallow: run 'git fetch --unshallow' and sync again" : "look at the remote: it is another repository");
        using var objects = repository.OpenObjects();
        var store = registry.Store.Tracked ? repository.TryPathOf(registry.Store.Root)?.Value : null;
        var replay = new Replay(objects, there, repository.TryPathOf(registry.Layout.Root)?.Value, store);
        replay.Know(theirs);
        var commits = ours.Select(replay.Apply).OfType<ReplayedCommit>().ToList();
        // Nothing came in between: the commits are pushed as they are.
        if (isLinear) return new Planned(here, ours.Count, [], []);
        var made = commits.Count == 0 ? there : CommitStream.Write(repository, there, commits, signs, cancellation);
        return new Planned(made, commits.Count, replay.Renumbered, replay.Dropped);
    }

    private static string BranchName(List<GitCommitRecord> ours, GitObjectId commit)
    {
        var trailers = History.Trailers.Of(ours[^1].Message);
        var what = trailers[RegistrationMessage.Model] is { } model ? $"{model}-{trailers[RegistrationMessage.Version] ?? "change"}" : "change";
        return $"modelreg/{what}-{commit.Hex[..8]}";
    }

    private static void Remember(GitRepository repository, SyncRemote remote, GitObjectId commit) =>
        repository.TryWrite(["update-ref", remote.Seen, commit.Hex]);
}
