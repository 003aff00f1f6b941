using System.Formats.Tar;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Manifests;
using ModelRegistry.Names;
using ModelRegistry.Signing;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Stores.Archives;

/// <summary>A version in an archive: its manifest, where its staged files are, and who vouches for it.</summary>
internal sealed record ArchivedVersion(ResolvedManifest Source, IReadOnlyList<StagedBlob> Blobs, IReadOnlyList<OciSignature> Signatures);

/// <summary>
/// Reads an OCI image layout in a tar, ours or one that another program copied. Nothing of it is believed: names, kinds and sizes of entries
/// are checked, each blob is hashed while it is staged, and an image must be the one that follows from its manifest.
/// </summary>
internal sealed class ArchiveReader(IngestSession session)
{
    private const int MostEntries = 1_000_000;
    private const long MostBytes = 1L << 42;
    private const int LargestDocument = 16 << 20;
    private const string Blobs = "blobs/sha256/";

    private readonly Dictionary<Digest, StagedBlob> _blobs = [];
    private readonly Dictionary<string, byte[]> _own = new(StringComparer.Ordinal);
    private byte[]? _index;

    /// <summary>Files of families, by their path in a registry.</summary>
    public IReadOnlyDictionary<string, byte[]> Own => _own;

    /// <exception cref="ModelRegistryException">MR0326: not such an archive, or one that is not what it says; MR0302: a blob does not have its digest.</exception>
    public IReadOnlyList<ArchivedVersion> Read(Stream input, CancellationToken cancellation)
    {
        try
        {
            Stage(input, cancellation);
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw Codes.ArchiveInvalid.Error($"it is no tar, or it is cut short: {failure.Message}", "copy or export it again", failure);
        }

        if (_index is null) throw Codes.ArchiveInvalid.Error("it has no index.json", "give a file that 'modelreg export' or an OCI client wrote");
        var versions = ImageIndex.Images(_index).Distinct().Select(Version).OfType<ArchivedVersion>().OrderBy(v => v.Source.Manifest.Name).ThenBy(v => v.Source.Manifest.Version).ToList();
        return versions.Count > 0 ? versions : throw Codes.ArchiveInvalid.Error("none of its images is a version of a model", "give a file that 'modelreg export' wrote, or an image that 'modelreg push' made");
    }

    private void Stage(Stream input, CancellationToken cancellation)
    {
        using var tar = new TarReader(input, leaveOpen: true);
        var (count, total) = (0, 0L);
        while (tar.GetNextEntry() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            if (++count > MostEntries || (total += entry.Length) > MostBytes) throw Codes.ArchiveInvalid.Error($"it has more than {MostEntries} entries or {MostBytes >> 40} TiB", "export fewer versions at once");
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes) continue;
            var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
                throw Codes.ArchiveInvalid.Error($"its entry {Printable.Quote(entry.Name)} is a {entry.EntryType}, not a file", "do not trust whoever gave you this archive");
            if (!RelativeFilePath.TryParse(name, out _)) throw Codes.ArchiveInvalid.Error($"its entry {Printable.Quote(entry.Name)} leads out of the archive", "do not trust whoever gave you this archive");
            if (name == "index.json") _index = Document(entry, ImageIndex.MaxLength);
            else if (name.StartsWith(ArchiveWriter.OwnFolder, StringComparison.Ordinal)) _own[name[ArchiveWriter.OwnFolder.Length..]] = Document(entry, LargestDocument);
            else if (name.StartsWith(Blobs, StringComparison.Ordinal) && Digest.TryParse(Digest.Prefix + name[Blobs.Length..], out var digest)) Blob(entry, digest, cancellation);
        }
    }

    private void Blob(TarEntry entry, Digest digest, CancellationToken cancellation)
    {
        if (_blobs.ContainsKey(digest)) throw Codes.ArchiveInvalid.Error($"it holds {digest} twice", "export it again");
        var staged = session.Stage(entry.DataStream ?? Stream.Null, entry.Length, cancellation);
        if (staged.Digest != digest) throw Codes.DigestMismatch.Error($"the archive's blob {digest.Value[..19]}… holds other bytes", "copy or export it again");
        _blobs[digest] = staged;
    }

    private static byte[] Document(TarEntry entry, int most)
    {
        if (entry.Length > most) throw Codes.ArchiveInvalid.Error($"its entry {Printable.Quote(entry.Name)} has more than {most >> 20} MiB", "do not trust whoever gave you this archive");
        var content = new byte[entry.Length];
        entry.DataStream?.ReadExactly(content);
        return content;
    }

    // Other images may lie beside ours.
    private ArchivedVersion? Version(Digest image)
    {
        if (!_blobs.TryGetValue(image, out var blob) || blob.Size > LargestDocument) return null;
        if (Layers(File.ReadAllBytes(blob.Temporary)) is not { } layers) return null;
        var document = Find(layers.Manifest, LargestDocument, "the manifest of an image");
        var (manifest, content) = RegistryDocument.ReadWithContent<Manifest>(document.Temporary, Codes.ManifestInvalid);
        var source = new ResolvedManifest(document.Temporary, content, ManifestRules.Check(manifest, $"the manifest of {manifest.Id}"));
        if (OciImage.Of(source, layers.Signatures, compatible: false).Image.Digest != image && OciImage.Of(source, layers.Signatures, compatible: true).Image.Digest != image)
            throw Codes.ArchiveInvalid.Error($"the image {image.Value[..19]}… is not the one that follows from the manifest of {manifest.Id}", "do not trust whoever gave you this archive");
        return new ArchivedVersion(source, [.. manifest.Files.Select(file => Sized(file, manifest.Id))], [.. layers.Signatures.Select(signature => Signature(signature, source))]);
    }

    private StagedBlob Sized(ModelFile file, ModelId id)
    {
        var blob = Find(file.Digest, long.MaxValue, $"{file.Path} of {id}");
        return blob.Size == file.Size ? blob : throw Codes.SizeContradicted.Error($"{id} says that {file.Path} has {file.Size} bytes, and the archive's has {blob.Size}", "export it again");
    }

    private StagedBlob Find(Digest digest, long largest, string what) =>
        _blobs.TryGetValue(digest, out var blob) && blob.Size <= largest ? blob : throw Codes.ArchiveInvalid.Error($"{what} ({digest.Value[..19]}…) is not in it", "copy or export it again");

    // What a signature says must be about this version; whether anyone believes its key is for a trust policy to say.
    private OciSignature Signature(OciSignature layer, ResolvedManifest source)
    {
        var what = $"the signature {layer.Name} of {source.Manifest.Id}";
        var content = SigningFile.Read(Find(layer.Document.Digest, SigningLimits.MaxBundleLength, what).Temporary, SigningLimits.MaxBundleLength, Codes.SignatureUnreadable);
        VersionSignatures.Check(source, SignatureBundle.Parse(content, what), layer.Name);
        return layer with { Document = new OciDocument(layer.Document.Digest, content) };
    }

    // Null for an image of something else.
    private static (Digest Manifest, IReadOnlyList<OciSignature> Signatures)? Layers(byte[] image)
    {
        try
        {
            using var document = JsonDocument.Parse(image, new JsonDocumentOptions { MaxDepth = 32 });
            foreach (var layer in document.RootElement.GetProperty("layers").EnumerateArray())
            {
                if (layer.GetProperty("mediaType").GetString() == OciImage.ManifestLayerType) return (Digest.Parse(layer.GetProperty("digest").GetString()!), OciSignature.In(document.RootElement));
            }
        }
        catch (Exception failure) when (OciSignature.IsNotAnImage(failure))
        {
            // As said.
        }

        return null;
    }
}
