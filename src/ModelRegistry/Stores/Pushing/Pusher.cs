using ModelRegistry.Diagnostics;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Stores.Pushing;

/// <summary>Puts versions into a store that others read from.</summary>
internal sealed class Pusher(StoreSet stores, ArtifactResolver artifacts, RegistryOptions options)
{
    private const int AtOnce = 4;

    /// <summary>The store that is meant: the one that is named, else the only one beside the local store.</summary>
    /// <exception cref="ModelRegistryException">MR0322: none, several, or one that takes nothing.</exception>
    public IArtifactStore Choose(string? name)
    {
        var candidates = stores.Named.Where(store => store != stores.Local).ToList();
        if (name is not null) candidates = [.. stores.Named.Where(store => store.Name == name)];
        return candidates switch
        {
            [IArtifactWriter and IArtifactStore only] => only,
            [var reader] => throw Codes.NothingToPushTo.Error($"the store '{reader.Name}' takes no artifacts", "name another one with --store"),
            [] when name is not null => throw Codes.NothingToPushTo.Error($"registry.json has no store '{Printable.Quote(name)}'", $"it has {string.Join(", ", stores.Named.Select(store => store.Name))}"),
            [] => throw Codes.NothingToPushTo.Error("registry.json names no store beside the local one", "add one to \"stores\", such as { \"name\": \"hub\", \"oci\": \"oci.example.org/vision\" }"),
            _ => throw Codes.NothingToPushTo.Error($"registry.json names several stores: {string.Join(", ", candidates.Select(store => store.Name))}", "choose one with --store"),
        };
    }

    /// <summary>Pushes a version, or only looks whether it is there.</summary>
    /// <exception cref="ModelRegistryException">MR0323: another image has the version's tag; and those of stores.</exception>
    public async Task<PushedVersion> PushAsync(IArtifactStore store, ResolvedManifest source, bool check, CancellationToken cancellation)
    {
        var id = source.Manifest.Id;
        var images = store as IImageStore;
        var image = images is null ? null : OciImage.Of(source, images.Compatible);
        if (images is not null && await images.FindImageAsync(id, cancellation).ConfigureAwait(false) is { } tagged)
        {
            if (tagged == image!.Image.Digest) return new PushedVersion(id, store.Name, PushState.Present, 0, tagged);
            if (check) return new PushedVersion(id, store.Name, PushState.Different, 0, tagged);
            throw Codes.TagTaken.Error($"the tag {id.Version} of {id.Name} at {store.Name} {store.Place} is another image, {tagged}", "somebody registered another version under this number, or wrote the tag by hand; compare before anything is replaced");
        }

        var files = source.Manifest.Files.DistinctBy(f => f.Digest).ToList();
        if (check)
        {
            var found = await Task.WhenAll(files.Select(f => store.FindAsync(new Artifact(id.Name, f.Digest, f.Size), cancellation).AsTask())).ConfigureAwait(false);
            return new PushedVersion(id, store.Name, images is null && found.Zip(files).All(pair => pair.First == pair.Second.Size) ? PushState.Present : PushState.Missing, 0, image?.Image.Digest);
        }

        var sent = 0L;
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (file, stop) =>
        {
            var path = artifacts.Locate(file, id, stop);
            if (await ((IArtifactWriter)store).PutAsync(new Artifact(id.Name, file.Digest, file.Size), path, new Named(file.Path.Value, options.Progress), stop).ConfigureAwait(false)) Interlocked.Add(ref sent, file.Size);
        }).ConfigureAwait(false);
        // Last, so that who sees the tag finds everything behind it.
        if (images is not null) await images.PutImageAsync(id, image!, cancellation).ConfigureAwait(false);
        return new PushedVersion(id, store.Name, sent > 0 || images is not null ? PushState.Pushed : PushState.Present, sent, image?.Image.Digest);
    }

    // Stores know digests; people know files.
    private sealed class Named(string file, IProgress<TransferProgress>? inner) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => inner?.Report(value with { File = file });
    }
}
