using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Stores.Archives;

/// <summary>Makes the local store an image layout that any OCI client copies from: its index, and the small blobs that images need.</summary>
internal sealed class StoreIndex(RegistryContext registry)
{
    /// <summary>Writes the index anew for the families of these versions; what it says of others stays.</summary>
    public void Write(IReadOnlyList<ResolvedManifest> manifests, CancellationToken cancellation)
    {
        var (store, options) = (registry.Store, registry.Options);
        store.Create();
        var images = manifests.Select(m => (m.Manifest.Id, Image: OciImage.Of(m, OciSignature.Of(registry.Layout, m.Manifest.Id), compatible: false))).OrderBy(i => i.Id.Name).ThenBy(i => i.Id.Version).ToList();
        using var held = IngestSession.LockStore(store, options.LockTimeout, options.Clock, cancellation);
        foreach (var document in images.SelectMany(i => i.Image.Documents.Prepend(i.Image.Image)))
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
