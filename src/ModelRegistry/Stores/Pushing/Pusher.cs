using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Stores.Pushing;

/// <summary>Puts versions into a store that others read from.</summary>
internal sealed class Pusher(RegistryContext registry)
{
    private const int AtOnce = 4;

    private readonly SharedBlobs _shared = new(registry);

    /// <summary>The store that is meant: the one that is named, else the only one beside the local store.</summary>
    /// <exception cref="ModelRegistryException">MR0322: none, several, or one that takes nothing.</exception>
    public IArtifactStore Choose(string? name)
    {
        var candidates = registry.AllStores.Named.Where(store => store != registry.AllStores.Local).ToList();
        if (name is not null) candidates = [.. registry.AllStores.Named.Where(store => store.Name == name)];
        return candidates switch
        {
            [IArtifactWriter and IArtifactStore only] => only,
            [var reader] => throw Codes.NothingToPushTo.Error($"the store '{reader.Name}' takes no artifacts", "name another one with --store"),
            [] when name is not null => throw Codes.NothingToPushTo.Error($"registry.json has no store '{Printable.Quote(name)}'", $"it has {string.Join(", ", registry.AllStores.Named.Select(store => store.Name))}"),
            [] => throw Codes.NothingToPushTo.Error("registry.json names no store beside the local one", "add one to \"stores\", such as { \"name\": \"hub\", \"oci\": \"oci.example.org/vision\" }"),
            _ => throw Codes.NothingToPushTo.Error($"registry.json names several stores: {string.Join(", ", candidates.Select(store => store.Name))}", "choose one with --store"),
        };
    }

    /// <summary>Pushes a version, or only looks whether it is there.</summary>
    /// <exception cref="ModelRegistryException">MR0323: another image has the version's tag; and those of stores.</exception>
    public Task<PushedVersion> PushAsync(IArtifactStore store, ResolvedManifest source, bool check, CancellationToken cancellation) =>
        store is IImageStore images ? PushImageAsync(store, images, source, check, cancellation) : PushFilesAsync(store, source, check, cancellation);

    private async Task<PushedVersion> PushFilesAsync(IArtifactStore store, ResolvedManifest source, bool check, CancellationToken cancellation)
    {
        var id = source.Manifest.Id;
        if (!check)
        {
            var sent = await SendAsync(store, source.Manifest, cancellation).ConfigureAwait(false);
            return new PushedVersion(id, store.Name, sent > 0 ? PushState.Pushed : PushState.Present, sent, null);
        }

        var files = source.Manifest.Files.DistinctBy(f => f.Digest).ToList();
        var found = await Task.WhenAll(files.Select(f => store.FindAsync(new Artifact(id.Name, f.Digest, f.Size), cancellation).AsTask())).ConfigureAwait(false);
        return new PushedVersion(id, store.Name, found.Zip(files).All(pair => pair.First == pair.Second.Size) ? PushState.Present : PushState.Missing, 0, null);
    }

    private async Task<PushedVersion> PushImageAsync(IArtifactStore store, IImageStore images, ResolvedManifest source, bool check, CancellationToken cancellation)
    {
        var id = source.Manifest.Id;
        var image = OciImage.Of(source, OciSignature.Of(registry.Layout, id), images.Compatible);
        PushedVersion Is(PushState state, Digest at) => new(id, store.Name, state, 0, at);
        if (await images.FindImageAsync(id, cancellation).ConfigureAwait(false) is { } tagged)
        {
            if (tagged == image.Image.Digest) return Is(PushState.Present, tagged);
            // Signatures come when they come: an image of this version with others of them is no other version.
            if (await SignaturesAtAsync(images, source, tagged, cancellation).ConfigureAwait(false) is not { } there)
            {
                if (check) return Is(PushState.Different, tagged);
                throw Codes.TagTaken.Error($"the tag {id.Version} of {id.Name} at {store.Name} {store.Place} is another image, {tagged}", "somebody registered another version under this number, or wrote the tag by hand; compare before anything is replaced");
            }

            var known = image.Signatures.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
            var all = image.Signatures.Concat(there.Where(s => !known.Contains(s.Name))).OrderBy(s => s.Name, StringComparer.Ordinal).ToList();
            image = OciImage.Of(source, all, images.Compatible);
            if (tagged == image.Image.Digest) return Is(PushState.Present, tagged);
            if (check) return Is(PushState.SignaturesMissing, tagged);
        }
        else if (check)
        {
            return Is(PushState.Missing, image.Image.Digest);
        }

        var sent = await SendAsync(store, source.Manifest, cancellation).ConfigureAwait(false);
        // Last, so that who sees the tag finds everything behind it.
        await images.PutImageAsync(id, image, cancellation).ConfigureAwait(false);
        return new PushedVersion(id, store.Name, PushState.Pushed, sent, image.Image.Digest);
    }

    // Null where an image is not the version's.
    private static async Task<IReadOnlyList<OciSignature>?> SignaturesAtAsync(IImageStore images, ResolvedManifest source, Digest tagged, CancellationToken cancellation)
    {
        if (await images.ReadImageAsync(source.Manifest.Id, tagged, cancellation).ConfigureAwait(false) is not { } content) return null;
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 32 });
            var signatures = OciSignature.In(document.RootElement);
            return OciImage.Of(source, signatures, images.Compatible).Image.Digest == tagged ? signatures : null;
        }
        catch (Exception failure) when (OciSignature.IsNotAnImage(failure))
        {
            return null;
        }
    }

    private async Task<long> SendAsync(IArtifactStore store, Manifest manifest, CancellationToken cancellation)
    {
        var sent = 0L;
        await Parallel.ForEachAsync(manifest.Files.DistinctBy(f => f.Digest), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (file, stop) =>
        {
            var path = registry.Artifacts.Locate(file, manifest.Id, stop);
            var artifact = new Artifact(manifest.Name, file.Digest, file.Size) { AlsoIn = store is IImageStore ? _shared.Others(manifest.Name, file.Digest) : [] };
            if (await ((IArtifactWriter)store).PutAsync(artifact, path, new Named(file.Path.Value, registry.Options.Progress), stop).ConfigureAwait(false)) Interlocked.Add(ref sent, file.Size);
        }).ConfigureAwait(false);
        return sent;
    }

    // Stores know digests; people know files.
    private sealed class Named(string file, IProgress<TransferProgress>? inner) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => inner?.Report(value with { File = file });
    }
}

/// <summary>Which families of a registry have the same weights. Read when it is first asked.</summary>
internal sealed class SharedBlobs(RegistryContext registry)
{
    private readonly Lazy<ILookup<Digest, ModelName>> _families = new(() => registry.Families.Names()
        .SelectMany(name => (registry.Families.TryRead(name)?.Versions ?? []).SelectMany(version => version.Weights.Select(digest => (Digest: digest, Name: name))))
        .Distinct()
        .ToLookup(pair => pair.Digest, pair => pair.Name));

    /// <summary>The other families that have a blob of this one.</summary>
    public IReadOnlyList<ModelName> Others(ModelName family, Digest digest) => [.. _families.Value[digest].Where(name => name != family)];
}
