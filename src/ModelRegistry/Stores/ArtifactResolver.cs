using ModelRegistry.Diagnostics;

namespace ModelRegistry.Stores;

/// <summary>Finds an artifact: local store, cache, fallback folders, in that order; checks its digest before anyone uses it.</summary>
/// <param name="stores">The stores of <c>registry.json</c>, the one that is written first.</param>
/// <param name="cache">The per-user cache.</param>
/// <param name="options">Folders, clock, messages, limits.</param>
/// <param name="fetchCommitted">Brings artifacts that are committed in the registry's repository into the stores; null where all that are committed are here.</param>
internal sealed class ArtifactResolver(
    IReadOnlyList<FolderStore> stores, FolderStore? cache, RegistryOptions options, Action<IReadOnlyCollection<Digest>, CancellationToken>? fetchCommitted = null)
{
    private readonly VerifiedStamps _stamps = new(options.CacheDirectory);

    /// <summary>Brings what is in none of the places here and can be fetched, all of it at once.</summary>
    public void Fetch(IEnumerable<ModelFile> files, CancellationToken cancellation)
    {
        if (fetchCommitted is null) return;
        var missing = files.Select(f => f.Digest).Where(digest => !Places().Any(place => place.Store.TryFind(digest, out _))).Distinct().ToList();
        if (missing.Count > 0) fetchCommitted(missing, cancellation);
    }

    /// <summary>The path of a verified blob.</summary>
    /// <exception cref="ModelRegistryException">MR0301: nowhere; MR0302: found, but altered; MR0305: a Git LFS pointer; MR0303: a store cannot be read.</exception>
    public string Locate(ModelFile file, ModelId id, CancellationToken cancellation)
    {
        Fetch([file], cancellation);
        var tried = new List<string>();
        ModelRegistryException? altered = null;
        foreach (var (store, isCache) in Places())
        {
            if (!store.TryFind(file.Digest, out var path))
            {
                var note = store.HasQuarantined(file.Digest) ? " (an altered copy is in its quarantine)" : Directory.Exists(store.Root) ? "" : " (no such folder)";
                tried.Add($"{store.Name} {store.Root}{note}");
                continue;
            }

            if (Refusal(store, path, file, id, cancellation) is { } refusal)
            {
                altered ??= refusal;
                tried.Add($"{store.Name} {store.Root} (refused: {refusal.Code})");
                continue;
            }

            return isCache || (stores.Count > 0 && store == stores[0]) ? path : Cached(path, file, cancellation);
        }

        if (altered is not null)
            throw altered.Diagnostic.Error(altered.Message + (tried.Count > 1 ? $"; tried {string.Join(", ", tried)}" : ""), altered.Hint);
        throw Codes.ArtifactMissing.Error(
            $"{file.Path} of {id} ({file.Digest}) is in no store; tried {string.Join(", ", tried)}",
            "fetch it from a colleague's store (set MODELREG_FALLBACK_PATHS), or check out the store's files with 'git lfs pull' or 'git checkout' where it is committed");
    }

    /// <summary>Records that a blob of this process is what its name says.</summary>
    public void MarkVerified(string path) => _stamps.Mark(path);

    /// <summary>Why a blob must not be used; null where it is what its name says.</summary>
    public ModelRegistryException? Check(FolderStore store, ModelFile file, ModelId id, bool always, CancellationToken cancellation)
    {
        var path = store.BlobPath(file.Digest);
        try
        {
            var length = new FileInfo(path).Length;
            if (length != file.Size && GitLfs.IsPointer(path, length))
                return Codes.LfsPointer.Error($"{path} is a Git LFS pointer, not the artifact of {id}", "run 'git lfs pull' in the repository of the store");
            if (length == file.Size && !always && _stamps.IsMarked(path)) return null;
            if (length == file.Size)
            {
                using var source = SourceFile.Open(path);
                var digest = HashingCopy.Hash(source, options.Progress, cancellation);
                if (digest == file.Digest)
                {
                    _stamps.Mark(path);
                    return null;
                }
            }

            return Codes.DigestMismatch.Error(
                $"{path} is not the artifact of {id}: its content does not have the digest {file.Digest.Value[..19]}…",
                "run 'modelreg doctor --fix' to put it aside, then fetch the artifact again");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
            || failure is ModelRegistryException { Diagnostic: var code } && code == Codes.SourceUnreadable)
        {
            return Codes.StoreUnreadable.Error($"cannot read {path}: {failure.Message}", "check the permissions of the store", failure);
        }
    }

    private ModelRegistryException? Refusal(FolderStore store, string path, ModelFile file, ModelId id, CancellationToken cancellation)
    {
        var refusal = Check(store, file, id, always: false, cancellation);
        if (refusal?.Diagnostic == Codes.DigestMismatch && store.TryQuarantine(file.Digest))
            refusal = Codes.DigestMismatch.Error($"{path} is not the artifact of {id}: its content was altered; it was put aside in {store.Quarantine}", "fetch the artifact again, or run 'modelreg doctor' for the whole registry");
        return refusal;
    }

    private IEnumerable<(FolderStore Store, bool IsCache)> Places()
    {
        if (stores.Count > 0) yield return (stores[0], false);
        if (cache is not null) yield return (cache, true);
        foreach (var store in stores.Skip(1)) yield return (store, false);
        foreach (var path in options.FallbackPaths) yield return (new FolderStore("fallback", path, tracked: false), false);
    }

    private string Cached(string path, ModelFile file, CancellationToken cancellation)
    {
        if (cache is null) return path;
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
