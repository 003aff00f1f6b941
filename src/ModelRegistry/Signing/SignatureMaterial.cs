using System.Security.Cryptography;
using System.Text.Json;

namespace ModelRegistry.Signing;

/// <summary>How a signature says whose it is.</summary>
public enum SignatureMethod
{
    /// <summary>By a key that the reader must have.</summary>
    Key,

    /// <summary>By a certificate and the chain up to an authority that the reader trusts.</summary>
    Certificate,

    /// <summary>By Sigstore's keyless signing: a short-lived certificate and an entry in a public log. Recognised, not checked.</summary>
    Sigstore,
}

/// <summary>The part of a bundle that says whose the signature is.</summary>
internal sealed record SignatureMaterial
{
    public required SignatureMethod Method { get; init; }

    /// <summary>Hex SHA-256 of the public key's PEM text; null in old bundles.</summary>
    public string? Hint { get; init; }

    /// <summary>The public key itself (DER or PEM), as old bundles hold it; null in new ones.</summary>
    public byte[]? RawKey { get; init; }

    /// <summary>DER, leaf first.</summary>
    public IReadOnlyList<byte[]> Certificates { get; init; } = [];

    /// <summary>What a signature of this key or certificate is called in a registry.</summary>
    public string KeyId => (Method == SignatureMethod.Key && Hint is { } hint ? hint : Convert.ToHexStringLower(SHA256.HashData(Method == SignatureMethod.Key ? RawKey ?? [] : Certificates[0])))[..16];

    public static SignatureMaterial Read(JsonElement material)
    {
        if (material.Optional("publicKey") is { } key)
        {
            return new SignatureMaterial
            {
                Method = SignatureMethod.Key,
                Hint = key.Optional("hint")?.Text("hint"),
                RawKey = key.Optional("rawBytes")?.Base64("rawBytes", SigningLimits.MaxCertificateLength),
            };
        }

        if (material.Optional("x509CertificateChain") is { } chain)
        {
            var certificates = chain.Member("certificates").Items("certificates", SigningLimits.MaxCertificates).Select(Certificate).ToList();
            return certificates.Count > 0
                ? new SignatureMaterial { Method = SignatureMethod.Certificate, Certificates = certificates }
                : throw new FormatException("its certificate chain is empty");
        }

        return material.Optional("certificate") is { } single
            ? new SignatureMaterial { Method = SignatureMethod.Sigstore, Certificates = [Certificate(single)] }
            : throw new FormatException("it names neither a key nor a certificate");
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Method == SignatureMethod.Key)
        {
            json.WriteStartObject("publicKey");
            json.WriteString("hint", Hint);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartObject("x509CertificateChain");
            json.WriteStartArray("certificates");
            foreach (var certificate in Certificates)
            {
                json.WriteStartObject();
                json.WriteBase64String("rawBytes", certificate);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteStartArray("tlogEntries");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static byte[] Certificate(JsonElement element) => element.Member("rawBytes").Base64("rawBytes", SigningLimits.MaxCertificateLength);
}
