using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;

namespace ModelRegistry.Stores.Oci;

/// <summary>A signature, or a signed statement of how a version was made, as a layer of its image.</summary>
/// <param name="Name">The name of its file: <c>KEYID.sig</c> or <c>KEYID.provenance.json</c>.</param>
/// <param name="Document">The bundle; only its digest is known where a registry has it and this one does not.</param>
/// <param name="Size">Its length.</param>
internal sealed record OciSignature(string Name, OciDocument Document, long Size)
{
    /// <summary>The folder, among the paths of an image, of what vouches for it.</summary>
    public const string Folder = ".modelregistry/signatures/";

    private const int KeyIdLength = 16;

    /// <summary>What a registry has of a version, in the order in which images hold it.</summary>
    public static IReadOnlyList<OciSignature> Of(RegistryLayout layout, ModelId id) =>
    [
        .. Files.FolderFiles.Named(layout.Signatures(id), "*").Where(path => IsName(Path.GetFileName(path))).Order(StringComparer.Ordinal).Select(path =>
        {
            var content = SigningFile.Read(path, SigningLimits.MaxBundleLength, Codes.SignatureUnreadable);
            return new OciSignature(Path.GetFileName(path), new OciDocument(content), content.Length);
        }),
    ];

    /// <summary>What the layers of an image say that they are; nothing of it is checked.</summary>
    public static IReadOnlyList<OciSignature> In(JsonElement image) =>
    [
        .. image.GetProperty("layers").EnumerateArray()
            .Where(layer => layer.GetProperty("mediaType").GetString() == SignatureBundle.MediaType)
            .Select(layer => (Path: layer.GetProperty("annotations").GetProperty("org.cncf.model.filepath").GetString()!, Digest: Digest.Parse(layer.GetProperty("digest").GetString()!), Size: layer.GetProperty("size").GetInt64()))
            .Where(layer => layer.Path.StartsWith(Folder, StringComparison.Ordinal) && IsName(layer.Path[Folder.Length..]))
            .Select(layer => new OciSignature(layer.Path[Folder.Length..], new OciDocument(layer.Digest, []), layer.Size)),
    ];

    /// <summary>Whether reading an image failed because it is none.</summary>
    public static bool IsNotAnImage(Exception failure) => failure is JsonException or InvalidOperationException or KeyNotFoundException or ModelRegistryException or ArgumentNullException or FormatException;

    private static bool IsName(string name) =>
        name.Length > KeyIdLength && name[..KeyIdLength].All(char.IsAsciiHexDigitLower) && name[KeyIdLength..] is (".sig" or VersionSignatures.ProvenanceSuffix);
}
