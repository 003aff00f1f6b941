using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Stores;

namespace ModelRegistry.Resolving;

/// <summary>
/// A version in a folder of the cache, each file under its own name: what an app opens, and what a model of several files needs to be opened. Made
/// once; the bytes are shared with the store where the disk allows it, and never edited there.
/// </summary>
/// <param name="options">The cache and who is told of progress.</param>
/// <param name="manifest">SHA-256 of the version's manifest, which names all its files.</param>
internal sealed class VersionFolder(RegistryOptions options, Digest manifest)
{
    /// <summary>The folder of the cache that holds them.</summary>
    public const string CacheFolder = "folders";

    private readonly VerifiedStamps _stamps = new(options.CacheDirectory);

    /// <exception cref="ModelRegistryException">MR0309: there is no cache.</exception>
    public string PathOf(ModelId id)
    {
        var cache = options.CacheDirectory
            ?? throw Codes.DestinationUnwritable.Error($"{id} is to be put into the per-user cache, and there is none", "set MODELREG_CACHE, or use 'modelreg pull'");
        return Path.Combine(cache, CacheFolder, manifest.Hex);
    }

    /// <summary>Puts files there that are not there as they should be.</summary>
    /// <exception cref="ModelRegistryException">MR0309: there is no cache, or it cannot be written; and those of who finds the files.</exception>
    public async Task<string> MakeAsync(ModelId id, ArtifactResolver artifacts, IReadOnlyList<ResolvedFile> files, CancellationToken cancellation)
    {
        var folder = PathOf(id);
        var missing = files.Where(file => !IsIntact(id, file.File, cancellation)).ToList();
        await artifacts.FetchAsync(id, [.. missing.Where(file => file.LocalPath is null).Select(file => file.File)], cancellation).ConfigureAwait(false);
        foreach (var file in missing)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = file.File.Path.Under(folder);
            var blob = file.LocalPath ?? await artifacts.LocateAsync(file.File, id, cancellation).ConfigureAwait(false);
            AtomicFile.Guard(Codes.DestinationUnwritable, path, () => Place(blob, path, file.File.Digest, cancellation));
        }

        // Another name for the bytes of a file is a change of it, so none is marked before the last has come.
        foreach (var file in missing) _stamps.Mark(file.File.Path.Under(folder));
        return folder;
    }

    /// <summary>Whether a file is there with the bytes that it must have. They are read only where it changed since they were.</summary>
    public bool IsIntact(ModelId id, ModelFile file, CancellationToken cancellation)
    {
        var path = file.Path.Under(PathOf(id));
        if (new FileInfo(path) is not { Exists: true, LinkTarget: null } info || info.Length != file.Size) return false;
        if (_stamps.IsMarked(path)) return true;
        using var source = SourceFile.OpenAny(path);
        if (HashingCopy.Hash(source, options.Progress, cancellation) != file.Digest) return false;
        _stamps.Mark(path);
        return true;
    }

    private static MaterialiseMode Place(string blob, string path, Digest digest, CancellationToken cancellation)
    {
        foreach (var mode in new[] { MaterialiseMode.Reflink, MaterialiseMode.HardLink })
        {
            try
            {
                return Materialise.Place(blob, path, mode, digest, cancellation);
            }
            catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.DestinationUnwritable)
            {
                // Another file system, or one that cannot share.
            }
        }

        return Materialise.Place(blob, path, MaterialiseMode.Copy, digest, cancellation);
    }
}
