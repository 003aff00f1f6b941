using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Json;
using ModelRegistry.Stores;

namespace ModelRegistry.Registration;

/// <summary>
/// One change of a registry: locks, journal, blobs, files, commit, in that order. What is not completed is taken back,
/// by this process when it fails and by the next writer or <c>doctor --fix</c> when it was killed.
/// </summary>
internal sealed class RegistryTransaction : IDisposable
{
    private readonly RegistryContext _registry;
    private readonly List<IDisposable> _locks = [];
    private readonly Dictionary<string, byte[]> _created = new(StringComparer.Ordinal);
    private readonly List<string> _alsoCommitted = [];
    private readonly Dictionary<string, (byte[] Before, byte[]? After)> _replaced = new(StringComparer.Ordinal);
    private readonly List<Digest> _publishing = [];
    private readonly List<Digest> _published = [];
    private readonly bool _commits;
    private string? _journal;
    private bool _completed;

    private RegistryTransaction(RegistryContext registry, GitRepository? repository, bool commits)
    {
        _registry = registry;
        Repository = repository;
        _commits = commits;
    }

    public GitRepository? Repository { get; }

    /// <summary>What a killed process had left half-done, and was taken back.</summary>
    public IReadOnlyList<string> Recovered { get; private set; } = [];

    /// <summary>Lock files and unfinished objects of killed git commands, which were removed.</summary>
    public IReadOnlyList<string> RecoveredGitFiles { get; private set; } = [];

    /// <summary>Takes the locks and takes back what a killed process left half-done.</summary>
    public static RegistryTransaction Begin(RegistryContext registry, GitRepository? repository, bool commits, CancellationToken cancellation)
    {
        var transaction = new RegistryTransaction(registry, repository, commits);
        try
        {
            if (commits)
            {
                GitCommit.ThrowIfBusy(repository!);
                if (registry.Store.Tracked) repository!.PathOf(registry.Store.Root);
            }

            transaction.TakeLocks(cancellation);
            if (repository is not null)
            {
                transaction.RecoveredGitFiles = repository.Recover();
                Syncing.SyncCompletion.FinishInterrupted(repository, cancellation);
            }

            transaction.Recovered = new Recovery(registry, repository).TakeBackInterrupted(cancellation);
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    /// <summary>Writes down what is about to happen. Comes before the first change.</summary>
    public void Announce(IEnumerable<string> creates, IEnumerable<string> replaces, IEnumerable<Digest> blobs, bool staged = false)
    {
        var (made, changed) = (creates.ToList(), replaces.ToList());
        foreach (var file in made.Concat(changed))
        {
            SymbolicLinks.Refuse(_registry.Layout.Root, file);
            if (_commits) Repository!.PathOf(file);
        }

        SymbolicLinks.Refuse(_registry.Layout.Root, _registry.Layout.Pending);
        _publishing.AddRange(blobs.Where(digest => !_registry.Store.TryFind(digest, out _)));
        var journal = new RegistrationJournal
        {
            Creates = [.. made.Select(_registry.Layout.Relative)],
            Replaces = [.. changed.Select(_registry.Layout.Relative)],
            Commits = _commits,
            Staged = staged,
            Blobs = [.. _publishing],
            Store = _registry.Store.Root,
            At = _registry.Options.Clock.GetUtcNow(),
        };
        var path = Path.Combine(_registry.Layout.Pending, Path.GetRandomFileName() + ".json");
        AtomicFile.Guard(Codes.RegistryUnwritable, $"the registry {_registry.Layout.Root}", () => AtomicFile.TryCreate(path, RegistryJson.Write(journal)));
        _journal = path;
    }

    /// <summary>Gives staged files their places among the blobs, all of them on the disk when it returns.</summary>
    public void Publish(IngestSession session, IEnumerable<StagedBlob> blobs)
    {
        foreach (var blob in blobs)
        {
            var path = _registry.Store.BlobPath(blob.Digest);
            var wasVerified = _registry.Artifacts.IsVerified(path);
            var isNew = session.Place(blob);
            if (isNew) _published.Add(blob.Digest);
            if (isNew || wasVerified) _registry.Artifacts.MarkVerified(path);
        }

        session.FlushPlaces();
    }

    /// <summary>Makes a file of the registry. False where it exists.</summary>
    public bool Create(string path, byte[] content)
    {
        if (!AtomicFile.Guard(Codes.RegistryUnwritable, path, () => AtomicFile.TryCreate(path, content))) return false;
        _created[path] = content;
        return true;
    }

    /// <summary>Makes a file of the registry, or replaces it.</summary>
    public void Replace(string path, byte[] content)
    {
        if (Create(path, content)) return;
        _replaced[path] = (File.ReadAllBytes(path), content);
        AtomicFile.Guard(Codes.RegistryUnwritable, path, () =>
        {
            AtomicFile.Replace(path, content);
            return true;
        });
    }

    /// <summary>Removes a file of the registry.</summary>
    public void Remove(string path)
    {
        _replaced[path] = (File.ReadAllBytes(path), null);
        AtomicFile.Guard(Codes.RegistryUnwritable, path, () =>
        {
            Recovery.RemoveFile(path, _registry.Layout);
            return true;
        });
    }

    /// <summary>Names files outside the registry directory that belong into the commit: the blobs of a tracked store.</summary>
    public void CommitAlso(IEnumerable<string> paths) => _alsoCommitted.AddRange(paths.Where(File.Exists));

    /// <summary>Commits, where the change is to be committed, and ends the transaction.</summary>
    public string? Complete(string message, CancellationToken cancellation)
    {
        string? commit = null;
        if (_commits)
        {
            WarnIfDetached(cancellation);
            commit = GitCommit.Commit(Repository!, [.. Committed()], message, cancellation).Hex;
        }

        _completed = true;
        RemoveJournal();
        return commit;
    }

    public void Dispose()
    {
        try
        {
            if (!_completed) TakeBack();
        }
        catch (Exception failure) when (failure is ModelRegistryException or IOException or UnauthorizedAccessException)
        {
            // Thrown from here it would hide why there is something to take back. The journal stays.
            _registry.Options.Log.Warn(Codes.Interrupted, $"what was begun could not be taken back ({failure.Message}); the next write or 'modelreg doctor --fix' does it");
        }
        finally
        {
            foreach (var held in Enumerable.Reverse(_locks)) held.Dispose();
        }
    }

    private void TakeLocks(CancellationToken cancellation)
    {
        var options = _registry.Options;
        if (Repository is not null)
        {
            _locks.Add(Repository.LockForWriting(cancellation));
        }

        _registry.Store.Create();
        _locks.Add(IngestSession.LockStore(_registry.Store, options.LockTimeout, options.Clock, cancellation));
    }

    private IEnumerable<CommittedFile> Committed() =>
        _created.Select(file => (file.Key, (byte[]?)file.Value))
            .Concat(_replaced.Select(file => (file.Key, file.Value.After)))
            .Concat(_alsoCommitted.Select(path => (path, (byte[]?)null)))
            .Select(file => new CommittedFile(file.Item1, Repository!.PathOf(file.Item1), file.Item2));

    private void WarnIfDetached(CancellationToken cancellation)
    {
        if (Repository!.Head(cancellation) is { Commit: not null, Branch: null })
            _registry.Options.Log.Warn(Codes.DetachedHead, $"HEAD of {Repository.WorkTree} is detached: the commit is on no branch; make one with 'git switch -c NAME'");
    }

    private void TakeBack()
    {
        if (_journal is null) return;
        if (_commits) GitCommit.Unstage(Repository!, [.. _created.Keys, .. _alsoCommitted.Where(path => _published.Any(d => path.EndsWith(d.Hex, StringComparison.Ordinal)))]);
        foreach (var (path, (before, _)) in _replaced) AtomicFile.Replace(path, before);
        foreach (var path in _created.Keys) Recovery.RemoveFile(path, _registry.Layout);
        foreach (var digest in _published) Materialise.Remove(_registry.Store.BlobPath(digest));
        if (_commits && _replaced.Count > 0) Repository!.TryWrite(["reset", "--quiet", "--", .. _replaced.Keys.Select(p => Repository.PathOf(p).Pathspec)]);
        RemoveJournal();
    }

    private void RemoveJournal()
    {
        if (_journal is null) return;
        Recovery.RemoveFile(_journal, _registry.Layout);
        _journal = null;
    }
}
