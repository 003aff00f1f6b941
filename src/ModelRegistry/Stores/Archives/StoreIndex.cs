using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Stores.Archives;

/// <summary>Makes the local store an image layout that any OCI client copies from: its index, and the small blobs that images need.</summary>
internal sealed class StoreIndex(FolderStore store, RegistryOptions options)
{
    /// <summary>Writes the index anew for the families of these versions; what it says of others stays.</summary>
    public void Write(IReadOnlyList<ResolvedManifest> manifests, CancellationToken cancellation)
    {
        store.Create();
        var images = manifests.Select(m => (m.Manifest.Id, OciImage.Of(m, compatible: false))).OrderBy(i => i.Id.Name).ThenBy(i => i.Id.Version).ToList();
        using var held = IngestSession.LockStore(store, options.LockTimeout, options.Clock, cancellation);
        foreach (var document in images.SelectMany(i => new[] { i.Item2.Image, i.Item2.Config, i.Item2.Manifest }))
        {
            cancellation.ThrowIfCancellationRequested();
            var path = store.BlobPath(document.Digest);
            if (AtomicFile.Guard(Codes.StoreUnwritable, $"the store {store.Root}", () => AtomicFile.TryCreate(path, document.Content))) IngestSession.MakeReadOnly(path);
        }

        var index = Path.Combine(store.Root, "index.json");
        var families = images.Select(i => i.Id.Name.Value).ToHashSet(StringComparer.Ordinal);
        AtomicFile.Guard(Codes.StoreUnwritable, index, () =>
        {
            var others = File.Exists(index) ? ImageIndex.Others(File.ReadAllBytes(index), families) : [];
            AtomicFile.Replace(index, ImageIndex.Write(images, others));
            return true;
        });
    }
}
