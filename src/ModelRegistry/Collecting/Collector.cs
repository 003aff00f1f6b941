using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Locking;
using ModelRegistry.Stores;

namespace ModelRegistry.Collecting;

/// <summary>
/// Removes artifacts that nothing names any more from the local store, and, where that is asked for, those that another store has too. What
/// goes was not named at the start and is not named under the store's lock, and nobody published it within the grace: another clone may be
/// about to name it. Each blob goes in one step, so a collection that is killed has only done less.
/// </summary>
internal sealed class Collector
{
    private readonly RegistryContext _registry;
    private readonly CollectOptions _options;
    private readonly FolderStore _store;
    private readonly GitRepository? _repository;
    private readonly ManifestRoots _manifests;

    public Collector(RegistryContext registry, CollectOptions options)
    {
        _registry = registry;
        _options = options;
        _store = registry.Store;
        _repository = GitRepository.Find(registry.Layout.Root, registry.Options);
        _manifests = new ManifestRoots(registry, _repository, options.History);
    }

    /// <summary>What is named, and of which family and length, as far as a manifest says it.</summary>
    private sealed record Roots(Dictionary<Digest, Artifact> Artifacts, HashSet<Digest> Always);

    public CollectReport Run(CancellationToken cancellation)
    {
        _store.RefuseLinks();
        if (_options.History && _repository?.Location.IsShallow == true)
            _registry.Options.Log.Warn(Codes.CollectionStopped, "the clone is shallow: commits that it does not have keep nothing; run 'git fetch --unshallow' first to count them");
        var first = Gather(cancellation);
        var copies = Copies(first, cancellation);
        if (_options.DryRun) return Report(Choose(first, copies), removed: null);
        // Asked now, so that under the lock git is asked only for what has changed.
        if (Choose(first, copies).Count == 0) return Report([], removed: []);
        using var held = IngestSession.LockStore(_store, _registry.Options.LockTimeout, _registry.Options.Clock, cancellation);
        var chosen = Choose(Gather(cancellation), copies);
        var removed = new List<CollectedBlob>();
        foreach (var blob in chosen.TakeWhile(_ => !cancellation.IsCancellationRequested))
        {
            if (TryRemove(blob.Digest)) removed.Add(blob);
        }

        Durable.FlushDirectory(_store.Blobs);
        cancellation.ThrowIfCancellationRequested();
        return Report(removed, removed);
    }

    /// <summary>What other stores that can be listed hold and nothing names. Nothing is removed there: other registries may share them.</summary>
    /// <exception cref="ModelRegistryException">MR0261: a store does not say what it holds.</exception>
    public IReadOnlyList<CollectReport> ListElsewhere(CancellationToken cancellation)
    {
        var roots = Gather(cancellation);
        var reports = new List<CollectReport>();
        foreach (var store in Others())
        {
            if (store is not IArtifactLister lister)
            {
                _registry.Options.Log.Warn(Codes.StoreNotListed, $"{store.Name} {store.Place} does not say what it holds; its own tools collect it");
                continue;
            }

            reports.Add(ListAsync(store, lister, roots, cancellation).GetAwaiter().GetResult());
        }

        return reports.Count > 0 ? reports : throw Codes.StoreNotListed.Error("no store beside the local one says what it holds", "collect it with its own tools");
    }

    private static async Task<CollectReport> ListAsync(IArtifactStore store, IArtifactLister lister, Roots roots, CancellationToken cancellation)
    {
        var family = ModelName.Parse("unreferenced");
        var unnamed = new List<CollectedBlob>();
        var (kept, bytes) = (0, 0L);
        await foreach (var digest in lister.ListAsync(cancellation).ConfigureAwait(false))
        {
            var named = roots.Artifacts.GetValueOrDefault(digest);
            if (named is not null || roots.Always.Contains(digest))
            {
                kept++;
                bytes += named?.Size ?? 0;
                continue;
            }

            var size = await store.FindAsync(new Artifact(family, digest, 0), cancellation).ConfigureAwait(false);
            unnamed.Add(new CollectedBlob(digest, size ?? 0, Age: null, Copy: null));
        }

        return new CollectReport(store.Name, [.. unnamed.OrderBy(b => b.Digest.Hex, StringComparer.Ordinal)], kept, bytes);
    }

    private Roots Gather(CancellationToken cancellation)
    {
        var artifacts = new Dictionary<Digest, Artifact>();
        foreach (var manifest in _manifests.Read(cancellation))
        {
            foreach (var file in manifest.Files) artifacts.TryAdd(file.Digest, new Artifact(manifest.Name, file.Digest, file.Size));
        }

        var always = new HashSet<Digest>(IndexRoots.Read(_store));
        foreach (var (_, journal) in _registry.PendingWrites.All()) always.UnionWith(journal.Blobs);
        foreach (var path in _options.Locks) always.UnionWith(Locked(path));
        if (_store.Tracked && _repository?.TryPathOf(_store.Blobs) is { } blobs)
        {
            // What is committed goes with a commit, not behind git's back.
            always.UnionWith(_repository.Run(["ls-files", "-z", "--full-name", "--", blobs.Pathspec], cancellation).Split('\0')
                .Select(path => Digest.TryParse(Digest.Prefix + Path.GetFileName(path), out var digest) ? digest : null).OfType<Digest>());
        }

        return new Roots(artifacts, always);
    }

    private IEnumerable<Digest> Locked(string path)
    {
        var file = new LockFile(_registry.Options.FullPath(path), _registry.Options);
        if (!File.Exists(file.Path)) throw Codes.Usage.Error($"there is no lock file {file.Path}", "name one that exists, so that nothing that it needs goes");
        return file.Read().Entries().SelectMany(entry => entry.Locked.Files).Select(f => f.Digest);
    }

    /// <summary>What may go, oldest first.</summary>
    private List<CollectedBlob> Choose(Roots roots, Dictionary<Digest, string> copies)
    {
        var now = _registry.Options.Clock.GetUtcNow();
        var blobs = Blobs(now);
        bool IsOld(CollectedBlob blob) => blob.Age > _options.Grace && !roots.Always.Contains(blob.Digest);
        var going = blobs.Where(b => IsOld(b) && !roots.Artifacts.ContainsKey(b.Digest)).ToList();
        if (_options.Keep is null && _options.MaxSize is null) return going;
        var left = blobs.Sum(b => b.Size) - going.Sum(b => b.Size);
        foreach (var blob in blobs.Where(b => IsOld(b) && roots.Artifacts.ContainsKey(b.Digest) && copies.ContainsKey(b.Digest)))
        {
            if (left <= _options.MaxSize) break;
            going.Add(blob with { Copy = copies[blob.Digest] });
            left -= blob.Size;
        }

        return going;
    }

    // The length of time since somebody wrote it, gave it its name, or published it again.
    private List<CollectedBlob> Blobs(DateTimeOffset now)
    {
        var blobs = new List<CollectedBlob>();
        foreach (var path in FolderFiles.Named(_store.Blobs, "*"))
        {
            if (!Digest.TryParse(Digest.Prefix + Path.GetFileName(path), out var digest)) continue;
            var file = new FileInfo(path);
            if (file.Exists && file.LinkTarget is null) blobs.Add(new CollectedBlob(digest, file.Length, now - FileIdentity.LastChange(file), Copy: null));
        }

        return [.. blobs.OrderByDescending(b => b.Age).ThenBy(b => b.Digest.Hex, StringComparer.Ordinal)];
    }

    /// <summary>Which other store verifiably has each artifact that need not stay here; asked before the lock, because stores may be slow.</summary>
    private Dictionary<Digest, string> Copies(Roots roots, CancellationToken cancellation)
    {
        var copies = new Dictionary<Digest, string>();
        if (_options.Keep is null && _options.MaxSize is null) return copies;
        var kept = Kept(cancellation);
        var old = Blobs(_registry.Options.Clock.GetUtcNow()).Where(b => b.Age > _options.Grace).ToDictionary(b => b.Digest);
        var others = Others().ToList();
        foreach (var artifact in roots.Artifacts.Values.Where(a => !kept.Contains(a.Digest) && !roots.Always.Contains(a.Digest) && old.TryGetValue(a.Digest, out var here) && here.Size == a.Size))
        {
            foreach (var store in others)
            {
                try
                {
                    if (store.FindAsync(artifact, cancellation).AsTask().GetAwaiter().GetResult() != artifact.Size) continue;
                    copies[artifact.Digest] = store.Name;
                    break;
                }
                catch (ModelRegistryException failure)
                {
                    _registry.Options.Log.Warn(failure.Diagnostic, $"{store.Name} counts for nothing: {failure.Message}");
                }
            }
        }

        return copies;
    }

    private HashSet<Digest> Kept(CancellationToken cancellation)
    {
        var kept = new HashSet<Digest>();
        foreach (var name in _registry.Families.Names(cancellation))
        {
            if (_registry.Families.TryRead(name, cancellation) is not { } family) continue;
            var versions = family.Versions.OrderByDescending(v => v.CreatedAt).ThenByDescending(v => v.Version).Take(_options.Keep?.Latest ?? 0).Select(v => v.Version)
                .Concat((_options.Keep?.Aliases ?? []).Select(family.FindAlias).OfType<AliasRecord>().Select(alias => alias.Version));
            foreach (var version in versions.Distinct()) kept.UnionWith(_registry.ReadManifest(new ModelId(name, version)).Files.Select(f => f.Digest));
        }

        return kept;
    }

    // The cache may be emptied at any time, and a second name of this folder is no second copy.
    private IEnumerable<IArtifactStore> Others() =>
        _registry.AllStores.Named.Where(store => store != _store && !(store is FolderStore folder && RealPath.Of(folder.Root) == RealPath.Of(_store.Root)));

    private bool TryRemove(Digest digest)
    {
        try
        {
            Materialise.Remove(_store.BlobPath(digest));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _registry.Options.Log.Warn(Codes.StoreUnwritable, $"{_store.BlobPath(digest)} stays: {failure.Message}");
            return false;
        }
    }

    private CollectReport Report(List<CollectedBlob> blobs, List<CollectedBlob>? removed)
    {
        var there = Blobs(_registry.Options.Clock.GetUtcNow());
        var going = removed is null ? blobs.Select(b => b.Digest).ToHashSet() : [];
        return new CollectReport(_store.Root, blobs, there.Count(b => !going.Contains(b.Digest)), there.Where(b => !going.Contains(b.Digest)).Sum(b => b.Size));
    }
}
