using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Stores;

namespace ModelRegistry.Resolving;

/// <summary>
/// A version in a folder of the cache, each file under its own name: what a model of several files needs to be opened. Made once; the bytes are
/// shared with the store where the disk allows it, and never edited there.
/// </summary>
internal sealed class VersionFolder(RegistryContext registry)
{
    /// <summary>The folder of the cache that holds them.</summary>
    public const string CacheFolder = "folders";

    /// <exception cref="ModelRegistryException">MR0309: there is no cache, or it cannot be written.</exception>
    public string Make(Resolution resolution, CancellationToken cancellation)
    {
        var cache = registry.Options.CacheDirectory
            ?? throw Codes.DestinationUnwritable.Error($"{resolution.Id} has several files that are read together, and there is no cache to put them in", "set MODELREG_CACHE, or use 'modelreg pull'");
        var folder = Path.Combine(cache, CacheFolder, resolution.ManifestDigest.Hex);
        var stamps = new VerifiedStamps(cache);
        foreach (var file in resolution.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = file.File.Path.Under(folder);
            if (IsIntact(path, file.File, stamps, cancellation)) continue;
            var blob = file.LocalPath ?? registry.Artifacts.Locate(file.File, resolution.Id, cancellation);
            AtomicFile.Guard(Codes.DestinationUnwritable, path, () => Place(blob, path, file.File.Digest, cancellation));
            stamps.Mark(path);
        }

        return folder;
    }

    private bool IsIntact(string path, ModelFile file, VerifiedStamps stamps, CancellationToken cancellation)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.LinkTarget is not null || info.Length != file.Size) return false;
        if (stamps.IsMarked(path)) return true;
        using var source = SourceFile.Open(path);
        if (HashingCopy.Hash(source, registry.Options.Progress, cancellation) != file.Digest) return false;
        stamps.Mark(path);
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
