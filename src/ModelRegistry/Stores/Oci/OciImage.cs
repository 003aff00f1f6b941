using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelRegistry.Signing;

namespace ModelRegistry.Stores.Oci;

/// <summary>A blob of an image that is not a file of the model.</summary>
internal sealed record OciDocument(Digest Digest, byte[] Content)
{
    public OciDocument(byte[] content)
        : this(Digest.Of(content), content)
    {
    }
}

/// <summary>
/// The image of a version (image-spec 1.1, and the model specification of the CNCF): its files as layers, untouched, then our manifest, and
/// last who vouches for it. A pure function of these, so that its digest is known without a network and a tag is never trusted.
/// </summary>
internal sealed class OciImage
{
    public const string MediaType = "application/vnd.oci.image.manifest.v1+json";

    private const string ArtifactType = "application/vnd.cncf.model.manifest.v1+json";
    private const string ConfigType = "application/vnd.cncf.model.config.v1+json";
    private const string ImageConfigType = "application/vnd.oci.image.config.v1+json";
    public const string ManifestLayerType = "application/vnd.modelregistry.manifest.v1+json";
    private const string ManifestLayerPath = ".modelregistry/manifest.json";

    private OciImage(OciDocument image, OciDocument config, OciDocument manifest, ImmutableArray<ModelFile> files, IReadOnlyList<OciSignature> signatures)
    {
        Signatures = signatures;
        Image = image;
        Config = config;
        Manifest = manifest;
        Files = files;
    }

    /// <summary>The image manifest.</summary>
    public OciDocument Image { get; }

    /// <summary>The configuration.</summary>
    public OciDocument Config { get; }

    /// <summary>Our manifest, byte for byte.</summary>
    public OciDocument Manifest { get; }

    /// <summary>Who vouches for the version.</summary>
    public IReadOnlyList<OciSignature> Signatures { get; }

    /// <summary>What the image needs beside itself and the files of the version, and is at hand.</summary>
    public IEnumerable<OciDocument> Documents => [Config, Manifest, .. Signatures.Select(signature => signature.Document).Where(document => document.Content.Length > 0)];

    /// <summary>The files of the version, each blob once.</summary>
    public ImmutableArray<ModelFile> Files { get; }

    /// <summary>Works out the image.</summary>
    /// <param name="source">The manifest and the bytes of its file.</param>
    /// <param name="signatures">Who vouches for it, in order.</param>
    /// <param name="compatible">Leave out what old registries refuse: the artifact type, and a configuration of a type of its own.</param>
    public static OciImage Of(ResolvedManifest source, IReadOnlyList<OciSignature> signatures, bool compatible)
    {
        var manifest = new OciDocument(source.Content.ToArray());
        var config = new OciDocument(Write(json => WriteConfig(json, source.Manifest, manifest.Digest, signatures)));
        var image = new OciDocument(Write(json => WriteImage(json, source.Manifest, config, manifest, signatures, compatible)));
        return new OciImage(image, config, manifest, [.. source.Manifest.Files.DistinctBy(f => f.Digest)], signatures);
    }

    private static void WriteConfig(Utf8JsonWriter json, Manifest manifest, Digest document, IReadOnlyList<OciSignature> signatures)
    {
        json.WriteStartObject("descriptor");
        json.WriteString("createdAt", Time(manifest));
        json.WriteString("name", manifest.Name.Value);
        json.WriteString("version", manifest.Version.Value);
        if (manifest.License is { } license)
        {
            json.WriteStartArray("licenses");
            json.WriteStringValue(license);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteStartObject("config");
        if (manifest.Architecture is { } architecture) json.WriteString("architecture", architecture);
        if (manifest.Weights.Format is { } format) json.WriteString("format", format);
        json.WriteEndObject();
        json.WriteStartObject("modelfs");
        json.WriteString("type", "layers");
        json.WriteStartArray("diffIds");
        foreach (var file in manifest.Files) json.WriteStringValue(file.Digest.Value);
        json.WriteStringValue(document.Value);
        foreach (var signature in signatures) json.WriteStringValue(signature.Document.Digest.Value);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter json, Manifest manifest, OciDocument config, OciDocument document, IReadOnlyList<OciSignature> signatures, bool compatible)
    {
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaType);
        if (!compatible) json.WriteString("artifactType", ArtifactType);
        json.WriteStartObject("config");
        Descriptor(json, compatible ? ImageConfigType : ConfigType, config.Digest, config.Content.Length);
        json.WriteEndObject();
        json.WriteStartArray("layers");
        foreach (var file in manifest.Files) Layer(json, LayerType(file), file.Digest, file.Size, file.Path.Value);
        Layer(json, ManifestLayerType, document.Digest, document.Content.Length, ManifestLayerPath);
        foreach (var signature in signatures) Layer(json, SignatureBundle.MediaType, signature.Document.Digest, signature.Size, OciSignature.Folder + signature.Name);
        json.WriteEndArray();
        json.WriteStartObject("annotations");
        Annotation(json, "created", Time(manifest));
        Annotation(json, "version", manifest.Version.Value);
        Annotation(json, "title", manifest.Name.Value);
        Annotation(json, "licenses", manifest.License);
        Annotation(json, "revision", manifest.Lineage?.Commit);
        Annotation(json, "source", manifest.Lineage?.Repository);
        json.WriteEndObject();
    }

    private static string LayerType(ModelFile file)
    {
        var name = file.Path.Value[(file.Path.Value.LastIndexOf('/') + 1)..];
        var kind = file.Role == FileRoles.Weights ? "weight"
            : name.StartsWith("README", StringComparison.OrdinalIgnoreCase) || name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase) ? "doc"
            : file.Role is "sample-input" or "expected-output" ? "dataset"
            : "weight.config";
        return $"application/vnd.cncf.model.{kind}.v1.raw";
    }

    private static void Layer(Utf8JsonWriter json, string type, Digest digest, long size, string path)
    {
        json.WriteStartObject();
        Descriptor(json, type, digest, size);
        json.WriteStartObject("annotations");
        json.WriteString("org.cncf.model.filepath", path);
        json.WriteString("org.opencontainers.image.title", path);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Descriptor(Utf8JsonWriter json, string type, Digest digest, long size)
    {
        json.WriteString("mediaType", type);
        json.WriteString("digest", digest.Value);
        json.WriteNumber("size", size);
    }

    private static void Annotation(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString("org.opencontainers.image." + name, value);
    }

    private static string Time(Manifest manifest) => manifest.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    internal static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
