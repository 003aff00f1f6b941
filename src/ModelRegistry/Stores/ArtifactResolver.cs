using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;

namespace ModelRegistry.Stores;

/// <summary>Finds an artifact in the stores of a registry, in their order, and checks its digest before anyone uses it.</summary>
/// <param name="stores">Where to look.</param>
/// <param name="options">Folders, clock, messages, limits.</param>
/// <param name="fetchCommitted">Brings artifacts that are committed in the registry's repository into the stores; null where all that are committed are here.</param>
/// <param name="originOf">The place that keeps the bytes of a version which was registered without them; asked last. Null where there is none.</param>
internal sealed class ArtifactResolver(
    StoreSet stores, RegistryOptions options, Action<IReadOnlyCollection<Digest>, CancellationToken>? fetchCommitted = null, Func<ModelId, IArtifactStore?>? originOf = null)
{
    private const int AtOnce = 4;
    private const string NotThere = " (not there)";

    private readonly VerifiedStamps _stamps = new(options.CacheDirectory);

    /// <summary>The same, telling somebody how far it is.</summary>
    public ArtifactResolver Reporting(IProgress<TransferProgress>? progress) => progress is null ? this : new ArtifactResolver(stores, options with { Progress = progress }, fetchCommitted, originOf);

    /// <summary>Brings what is in none of the folders here and can be fetched: all that is committed at once, the rest side by side.</summary>
    public void Fetch(ModelId id, IReadOnlyCollection<ModelFile> files, CancellationToken cancellation) => FetchAsync(id, files, cancellation).GetAwaiter().GetResult();

    /// <inheritdoc cref="Fetch(ModelId, IReadOnlyCollection{ModelFile}, CancellationToken)"/>
    public async Task FetchAsync(ModelId id, IReadOnlyCollection<ModelFile> files, CancellationToken cancellation)
    {
        var missing = files.Where(file => !IsHere(file)).DistinctBy(file => file.Digest).ToList();
        if (missing.Count == 0) return;
        if (fetchCommitted is not null)
        {
            fetchCommitted([.. missing.Select(file => file.Digest)], cancellation);
            missing.RemoveAll(IsHere);
        }

        if (missing.Count < 2 || options.Offline || !Places(id).Any(store => store is not FolderStore)) return;
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (file, stop) =>
        {
            try
            {
                await LocateAsync(file, id, stop).ConfigureAwait(false);
            }
            catch (ModelRegistryException)
            {
                // Whoever asks for this very file is told.
            }
        }).ConfigureAwait(false);
    }

    /// <summary>The path of a verified blob. Waits for a network on the calling thread, where one is needed.</summary>
    /// <exception cref="ModelRegistryException">MR0301: nowhere; MR0302: found, but altered; MR0305: a Git LFS pointer; MR0303: a store cannot be read.</exception>
    public string Locate(ModelFile file, ModelId id, CancellationToken cancellation) => LocateAsync(file, id, cancellation).GetAwaiter().GetResult();

    /// <inheritdoc cref="Locate(ModelFile, ModelId, CancellationToken)"/>
    public async Task<string> LocateAsync(ModelFile file, ModelId id, CancellationToken cancellation)
    {
        if (fetchCommitted is not null && !IsHere(file)) fetchCommitted([file.Digest], cancellation);
        var tried = new List<string>();
        ModelRegistryException? altered = null;
        foreach (var store in Places(id))
        {
            try
            {
                var (path, why) = store is FolderStore folder ? Find(folder, file, id, cancellation) : await FetchAsync(store, file, id, cancellation).ConfigureAwait(false);
                if (path is not null)
                {
                    // Whoever keeps the altered copy hears of it, although another one serves.
                    if (altered?.Diagnostic == Codes.DigestMismatch) options.Log.Warn(altered.Diagnostic, $"{altered.Message}; {store.Name} {store.Place} has it");
                    return path;
                }

                tried.Add($"{store.Name} {store.Place}{why}");
            }
            catch (ModelRegistryException refusal) when (store is not FolderStore || refusal.Diagnostic.Kind is ErrorKind.Integrity or ErrorKind.Store)
            {
                if (refusal.Diagnostic.Kind == ErrorKind.Integrity || store is FolderStore) altered ??= refusal;
                tried.Add($"{store.Name} {store.Place} (refused: {refusal.Code}{(store is FolderStore ? "" : $" {refusal.Message}")})");
            }
        }

        if (altered is not null)
            throw altered.Diagnostic.Error(altered.Message + (tried.Count > 1 ? $"; tried {string.Join(", ", tried)}" : ""), altered.Hint);
        throw Codes.ArtifactMissing.Error(
            $"{file.Path} of {id} ({file.Digest}) is in no store; tried {string.Join(", ", tried)}",
            OtherWorkTree(file) is { } elsewhere
                ? $"{elsewhere}, another work tree of this repository, has it: set MODELREG_FALLBACK_PATHS to that folder"
                : "fetch it from a colleague's store (set MODELREG_FALLBACK_PATHS), or check out the store's files with 'git lfs pull' or 'git checkout' where it is committed");
    }

    // A store that is not committed stays in the work tree where it was written.
    private string? OtherWorkTree(ModelFile file)
    {
        foreach (var store in stores.Order.OfType<FolderStore>())
        {
            var near = Path.GetDirectoryName(store.Root);
            if (near is null || !Directory.Exists(near) || GitLocation.Of(near) is not { } location) continue;
            var folder = Path.GetRelativePath(location.WorkTree, Path.Combine(RealPath.Of(near), Path.GetFileName(store.Root)));
            var blob = Path.GetRelativePath(store.Root, store.BlobPath(file.Digest));
            if (location.Siblings().Select(sibling => Path.Combine(sibling.WorkTree, folder)).FirstOrDefault(other => File.Exists(Path.Combine(other, blob))) is { } found) return found;
        }

        return null;
    }

    /// <summary>Whether a folder of this machine, or one that it sees, has a file of a blob's name and length. Nothing is hashed or fetched.</summary>
    public bool IsAtHand(ModelFile file) => stores.Order.OfType<FolderStore>().Any(store => store.TryFind(file.Digest, out var path) && new FileInfo(path).Length == file.Size);

    /// <summary>Whether a blob was found right before and has not changed since.</summary>
    public bool IsVerified(string path) => _stamps.IsMarked(path);

    /// <summary>Records that a blob of this process is what its name says.</summary>
    public void MarkVerified(string path) => _stamps.Mark(path);

    /// <summary>Why a blob must not be used; null where it is what its name says. Only <c>MR0302</c> says that the blob itself was altered.</summary>
    public ModelRegistryException? Check(FolderStore store, ModelFile file, ModelId id, bool always, CancellationToken cancellation)
    {
        var path = store.BlobPath(file.Digest);
        try
        {
            store.RefuseLinks();
            var info = new FileInfo(path);
            if (info.LinkTarget is { } target) return FolderStore.LinkRefused(path, target);
            if (info.Length != file.Size && GitLfs.IsPointer(path, info.Length))
                return Codes.LfsPointer.Error($"{path} is a Git LFS pointer, not the artifact of {id}", "run 'git lfs pull' in the repository of the store");
            if (always || !_stamps.IsMarked(path))
            {
                using var source = SourceFile.OpenAny(path);
                if (HashingCopy.Hash(source, options.Progress, cancellation) != file.Digest)
                {
                    return Codes.DigestMismatch.Error(
                        $"{path} is not the artifact of {id}: its content does not have the digest {file.Digest.Value[..19]}…",
                        "run 'modelreg doctor --fix' to put it aside, then fetch the artifact again");
                }

                _stamps.Mark(path);
            }

            return info.Length == file.Size ? null : Codes.SizeContradicted.Error(
                $"{id} says that {file.Path} has {file.Size} bytes, and the artifact with its digest has {info.Length}", "the artifact is right and the manifest is not: restore the manifest with git, or run 'modelreg doctor'");
        }
        catch (ModelRegistryException refused) when (refused.Diagnostic == Codes.LinkInStore)
        {
            return refused;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
            || failure is ModelRegistryException { Diagnostic: var code } && code == Codes.SourceUnreadable)
        {
            return Codes.StoreUnreadable.Error($"cannot read {path}: {failure.Message}", "check the permissions of the store", failure);
        }
    }

    private IEnumerable<IArtifactStore> Places(ModelId id)
    {
        foreach (var store in stores.Order) yield return store;
        if (originOf?.Invoke(id) is { } origin) yield return origin;
    }

    private bool IsHere(ModelFile file) => stores.Order.OfType<FolderStore>().Any(store => store.TryFind(file.Digest, out _));

    private (string? Path, string Why) Find(FolderStore store, ModelFile file, ModelId id, CancellationToken cancellation)
    {
        if (!store.TryFind(file.Digest, out var path))
            return (null, store.HasQuarantined(file.Digest) ? " (an altered copy is in its quarantine)" : Directory.Exists(store.Root) ? NotThere : " (no such folder)");
        if (Check(store, file, id, always: false, cancellation) is { } refusal)
        {
            throw refusal.Diagnostic == Codes.DigestMismatch && !store.ReadOnly && store.TryQuarantine(file.Digest)
                ? Codes.DigestMismatch.Error($"{path} is not the artifact of {id}: its content was altered; it was put aside in {store.Quarantine}", "fetch the artifact again, or run 'modelreg doctor' for the whole registry")
                : refusal;
        }

        return (store == stores.Cache || store == stores.Local ? path : Cached(path, file, cancellation), "");
    }

    private async Task<(string? Path, string Why)> FetchAsync(IArtifactStore store, ModelFile file, ModelId id, CancellationToken cancellation)
    {
        if (options.Offline) return (null, " (offline)");
        if (stores.Cache is not { } cache) return (null, " (no per-user cache to fetch into)");
        var path = await new ArtifactFetch(cache, options).FetchAsync(store, new Artifact(id.Name, file.Digest, file.Size), file.Path.Value, cancellation).ConfigureAwait(false);
        if (path is null) return (null, NotThere);
        _stamps.Mark(path);
        return (path, "");
    }

    private string Cached(string path, ModelFile file, CancellationToken cancellation)
    {
        if (stores.Cache is not { } cache) return path;
        try
        {
            using var session = IngestSession.Open(cache);
            var staged = session.Stage(path, link: false, options.Progress, cancellation);
            if (staged.Digest != file.Digest) return path;
            using (IngestSession.LockStore(cache, options.LockTimeout, options.Clock, cancellation)) session.Publish(staged);
            var cached = cache.BlobPath(file.Digest);
            _stamps.Mark(cached);
            return cached;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Store)
        {
            options.Log.Warn(failure.Diagnostic, $"the cache cannot be used: {failure.Message}");
            return path;
        }
    }
}
