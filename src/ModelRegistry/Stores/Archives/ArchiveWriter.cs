using System.Formats.Tar;
using System.Text;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Stores.Archives;

/// <summary>
/// Writes versions as an OCI image layout in a tar: the same versions are the same bytes every time. Family files and signatures lie beside
/// the layout, in <c>modelregistry/</c>, where OCI clients do not look.
/// </summary>
internal sealed class ArchiveWriter(RegistryContext registry)
{
    /// <summary>The folder of what an image layout has no place for.</summary>
    public const string OwnFolder = "modelregistry/";

    // From here on the size no longer fits into the header that every program reads.
    private const long LargestPlainSize = 1L << 33;

    public void Write(IReadOnlyList<ResolvedManifest> manifests, Stream output, CancellationToken cancellation)
    {
        var images = manifests.Select(m => (m.Manifest.Id, Image: OciImage.Of(m, compatible: false))).OrderBy(i => i.Id.Name).ThenBy(i => i.Id.Version).ToList();
        var entries = new SortedDictionary<string, Func<Stream>>(StringComparer.Ordinal)
        {
            ["oci-layout"] = () => new MemoryStream(Encoding.UTF8.GetBytes("{\"imageLayoutVersion\":\"1.0.0\"}\n")),
            ["index.json"] = () => new MemoryStream(ImageIndex.Write(images, [])),
        };
        foreach (var (id, image) in images)
        {
            foreach (var document in new[] { image.Image, image.Config, image.Manifest }) entries[BlobPath(document.Digest)] = () => new MemoryStream(document.Content);
            foreach (var file in image.Files)
            {
                var path = registry.Artifacts.Locate(file, id, cancellation);
                entries[BlobPath(file.Digest)] = () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 20, FileOptions.SequentialScan);
            }

            Own(entries, registry.Layout.FamilyFile(id.Name));
            if (Directory.Exists(registry.Layout.Signatures(id)))
            {
                foreach (var signature in Directory.EnumerateFiles(registry.Layout.Signatures(id))) Own(entries, signature);
            }
        }

        using var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (name, open) in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            using var content = open();
            TarEntry entry = content.Length < LargestPlainSize ? new UstarTarEntry(TarEntryType.RegularFile, name) : new PaxTarEntry(TarEntryType.RegularFile, name);
            entry.ModificationTime = DateTimeOffset.UnixEpoch;
            entry.Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            entry.DataStream = content;
            tar.WriteEntry(entry);
        }
    }

    private void Own(SortedDictionary<string, Func<Stream>> entries, string path)
    {
        if (File.Exists(path)) entries[OwnFolder + registry.Layout.Relative(path)] = () => new MemoryStream(File.ReadAllBytes(path));
    }

    private static string BlobPath(Digest digest) => $"blobs/sha256/{digest.Hex}";
}
