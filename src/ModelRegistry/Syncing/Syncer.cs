using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Names;
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
        var configuration = GitConfiguration.Read(repository, cancellation);
        var remote = SyncRemote.Of(repository, configuration, cancellation);
        var signs = configuration.IsOn("commit.gpgsign");
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
        // The window between fetch and push decides who wins: this, one process for objects and one that makes commits are all that it holds.
        var (ours, theirs) = Divide(repository, remote, here, there, cancellation);
        if (repository.Location.IsShallow && IsUnrelated(there, ours, theirs) && remote.Deepen(cancellation)) (ours, theirs) = Divide(repository, remote, here, there, cancellation);
        // Only what others can load is told to them; a try that is lost has nothing left to send.
        _shared.PutArtifacts(repository, ours, cancellation);
        var plan = Plan(repository, here, there, ours, theirs, signs, cancellation);
        var branch = options.NewBranch is null || plan.Commits == 0 ? remote.Branch : options.NewBranch.Length > 0 ? options.NewBranch : BranchName(ours, plan);
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

    private static (IReadOnlyList<GitCommitRecord> Ours, IReadOnlyList<GitCommitRecord> Theirs) Divide(GitRepository repository, SyncRemote remote, GitObjectId here, GitObjectId? there, CancellationToken cancellation) =>
        there == here ? ([], [])
        : there is not null ? new GitCommandReader(repository).ReadSides(here, there, cancellation)
        : (remote.Unpublished(here, cancellation), []);

    // One of the sides goes back to where its history begins, or is cut off.
    private static bool IsUnrelated(GitObjectId? there, IReadOnlyList<GitCommitRecord> ours, IReadOnlyList<GitCommitRecord> theirs) =>
        there is not null && ours.Count > 0 && !IsOnTop(there, ours, theirs) && ours.Concat(theirs).Any(c => c.Parents.Count == 0);

    private static bool IsOnTop(GitObjectId there, IReadOnlyList<GitCommitRecord> ours, IReadOnlyList<GitCommitRecord> theirs) =>
        theirs.Count == 0 && ours[0].Parents is [var first] && first == there && ours.All(c => c.Parents.Count == 1);

    private sealed record Planned(GitObjectId Commit, int Commits, IReadOnlyList<VersionRename> Renumbered, IReadOnlyList<VersionRename> Dropped);

    private Planned Plan(GitRepository repository, GitObjectId here, GitObjectId? there, IReadOnlyList<GitCommitRecord> ours, IReadOnlyList<GitCommitRecord> theirs, bool signs, CancellationToken cancellation)
    {
        // A new branch there may bring no new commit.
        if (there is null) return new Planned(here, Math.Max(1, ours.Count), [], []);
        if (ours.Count == 0) return new Planned(there, 0, [], []);
        if (IsUnrelated(there, ours, theirs))
            throw Codes.SyncImpossible.Error("the two histories have no commit in common here", repository.Location.IsShallow ? "the clone is shallow: run 'git fetch --unshallow' and sync again" : "look at the remote: it is another repository");
        using var objects = repository.OpenObjects();
        var store = registry.Store.Tracked ? repository.TryPathOf(registry.Store.Root)?.Value : null;
        var replay = new Replay(objects, there, repository.TryPathOf(registry.Layout.Root)?.Value, store);
        replay.Know(theirs);
        var commits = ours.Select(replay.Apply).OfType<ReplayedCommit>().ToList();
        // Nothing came in between: the commits are pushed as they are.
        if (IsOnTop(there, ours, theirs)) return new Planned(here, ours.Count, [], []);
        var made = commits.Count == 0 ? there : CommitStream.Write(repository, there, commits, signs, cancellation);
        return new Planned(made, commits.Count, replay.Renumbered, replay.Dropped);
    }

    private static string BranchName(IReadOnlyList<GitCommitRecord> ours, Planned plan)
    {
        var trailers = History.Trailers.Of(ours.Count > 0 ? ours[^1].Message : "");
        var made = plan.Renumbered.FirstOrDefault(rename => rename.From.ToString() == $"{trailers[RegistrationMessage.Model]}/{trailers[RegistrationMessage.Version]}")?.To.Version.Value ?? trailers[RegistrationMessage.Version];
        var what = trailers[RegistrationMessage.Model] is { } model ? $"{model}-{made ?? "change"}" : "change";
        return $"modelreg/{what}-{plan.Commit.Hex[..8]}";
    }

    private static void Remember(GitRepository repository, SyncRemote remote, GitObjectId commit) =>
        repository.TryWrite(["update-ref", remote.Seen, commit.Hex]);
}
