using System.Formats.Tar;
using System.Text;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Stores.Archives;

/// <summary>
/// Writes versions as an OCI image layout in a tar: the same versions are the same bytes every time. Signatures are layers of the
/// images; family files lie beside the layout, in <c>modelregistry/</c>, where OCI clients do not look.
/// </summary>
internal sealed class ArchiveWriter(RegistryContext registry)
{
    /// <summary>The folder of what an image layout has no place for.</summary>
    public const string OwnFolder = "modelregistry/";

    public void Write(IReadOnlyList<ResolvedManifest> manifests, Stream output, CancellationToken cancellation)
    {
        var images = manifests.Select(m => (m.Manifest.Id, Image: OciImage.Of(m, OciSignature.Of(registry.Layout, m.Manifest.Id), compatible: false))).OrderBy(i => i.Id.Name).ThenBy(i => i.Id.Version).ToList();
        var entries = new SortedDictionary<string, Func<Stream>>(StringComparer.Ordinal)
        {
            ["oci-layout"] = () => new MemoryStream(Encoding.UTF8.GetBytes("{\"imageLayoutVersion\":\"1.0.0\"}\n")),
            ["index.json"] = () => new MemoryStream(ImageIndex.Write(images, [])),
        };
        foreach (var (id, image) in images)
        {
            foreach (var document in image.Documents.Prepend(image.Image)) entries[BlobPath(document.Digest)] = () => new MemoryStream(document.Content);
            foreach (var file in image.Files)
            {
                var path = registry.Artifacts.Locate(file, id, cancellation);
                entries[BlobPath(file.Digest)] = () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 20, FileOptions.SequentialScan);
            }

            var family = registry.Layout.FamilyFile(id.Name);
            if (File.Exists(family)) entries[OwnFolder + registry.Layout.Relative(family)] = () => new MemoryStream(File.ReadAllBytes(family));
        }

        using var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (name, open) in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            using var content = open();
            Add(tar, output, name, content);
        }
    }

    /// <summary>Writes one entry, with the size in a header of its own only where the plain one does not hold it.</summary>
    internal static void Add(TarWriter tar, Stream output, string name, Stream content)
    {
        if (content.Length >= LargeEntry.Smallest)
        {
            LargeEntry.Write(output, name, content);
            return;
        }

        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            DataStream = content,
        });
    }

    private static string BlobPath(Digest digest) => $"blobs/sha256/{digest.Hex}";
}
