using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Names;

namespace ModelRegistry.Signing;

/// <summary>
/// A signature file in the form of OpenSSF Model Signing 1.0: a Sigstore bundle with one DSSE envelope. Reading it proves nothing;
/// <see cref="TrustedSigner"/> does.
/// </summary>
public sealed class SignatureBundle
{
    /// <summary>The media type of what is written, also of the layer of an OCI image that carries it.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private static readonly string[] ReadTypes =
    [
        MediaType, "application/vnd.dev.sigstore.bundle.v0.2+json", "application/vnd.dev.sigstore.bundle.v0.1+json",
        "application/vnd.dev.sigstore.bundle+json;version=0.3", "application/vnd.dev.sigstore.bundle+json;version=0.2", "application/vnd.dev.sigstore.bundle+json;version=0.1",
    ];

    private SignatureBundle(SignatureMaterial material, DsseEnvelope envelope, ReadOnlyMemory<byte> content, string where)
    {
        Material = material;
        Envelope = envelope;
        Content = content;
        Where = where;
    }

    /// <summary>How it says whose it is.</summary>
    public SignatureMethod Method => Material.Method;

    /// <summary>The file's bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The first 16 hex digits of the key's hint, or of the leaf certificate's SHA-256: what the file is called in a registry.</summary>
    public string KeyId => Material.KeyId;

    internal SignatureMaterial Material { get; }

    internal DsseEnvelope Envelope { get; }

    /// <summary>What messages call it.</summary>
    internal string Where { get; }

    /// <summary>Reads a signature file.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="where">What messages call it.</param>
    /// <exception cref="ModelRegistryException">MR0802: not a signature bundle that can be read.</exception>
    public static SignatureBundle Parse(ReadOnlyMemory<byte> content, string where)
    {
        try
        {
            if (content.Length > SigningLimits.MaxBundleLength) throw new FormatException($"it is longer than {SigningLimits.MaxBundleLength} bytes");
            using var json = JsonShape.Parse(content);
            var type = json.RootElement.Member("mediaType").Text("mediaType");
            if (!ReadTypes.Contains(type, StringComparer.Ordinal)) throw new FormatException($"its media type is '{Printable.Quote(type)}', not a Sigstore bundle of version 0.1 to 0.3");
            var material = SignatureMaterial.Read(json.RootElement.Member("verificationMaterial"));
            if (material.Hint is { } hint && !IsHint(hint)) throw new FormatException("the hint of its public key is not a SHA-256 in hex");
            return new SignatureBundle(material, DsseEnvelope.Read(json.RootElement.Member("dsseEnvelope")), content, where);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            throw Codes.SignatureUnreadable.Error($"{where} is not a signature: {failure.Message}", "sign again with 'modelreg sign', or restore the file with git", failure);
        }
    }

    /// <summary>Reads a signature file.</summary>
    /// <exception cref="ModelRegistryException">MR0802: it cannot be read.</exception>
    public static SignatureBundle Load(string path) => Parse(SigningFile.Read(path, SigningLimits.MaxBundleLength, Codes.SignatureUnreadable), path);

    /// <summary>Writes the signature to a file.</summary>
    /// <exception cref="ModelRegistryException">MR0309: it cannot be written.</exception>
    public void Save(string path) => AtomicFile.Guard(Codes.DestinationUnwritable, path, () =>
    {
        AtomicFile.Replace(Path.GetFullPath(path), Content.Span);
        return true;
    });

    /// <summary>What a payload says of a model, once its signature is verified.</summary>
    /// <exception cref="ModelRegistryException">MR0802: it says something else.</exception>
    internal ModelStatement Statement(byte[] payload) => Read(payload, ModelStatement.Read);

    /// <summary>What a payload says of how a model was made, once its signature is verified.</summary>
    /// <exception cref="ModelRegistryException">MR0802: it says something else.</exception>
    internal Provenance Provenance(byte[] payload) => Read(payload, Signing.Provenance.Read);

    /// <summary>Whether what it signs says how a model was made, and not only which files it has.</summary>
    internal bool IsProvenance => Envelope.Payload.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Signing.Provenance.Predicate)) >= 0;

    private T Read<T>(byte[] payload, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return read(payload);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            throw Codes.SignatureUnreadable.Error($"what {Where} signs cannot be read: {failure.Message}", "sign again with 'modelreg sign'", failure);
        }
    }

    internal static SignatureBundle Make(SignatureMaterial material, DsseEnvelope envelope, string where)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("mediaType", MediaType);
            json.WritePropertyName("verificationMaterial");
            material.Write(json);
            json.WritePropertyName("dsseEnvelope");
            envelope.Write(json);
            json.WriteEndObject();
        }

        return new SignatureBundle(material, envelope, (byte[])[.. buffer.WrittenSpan, (byte)'\n'], where);
    }

    private static bool IsHint(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
