using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Signing;

/// <summary>Something that signs: a key in a file, or a command in front of a key vault or a token.</summary>
public abstract class ModelSigner : IDisposable
{
    private protected ModelSigner(ECDsa key, SignatureMaterial material)
    {
        Key = key;
        Material = material;
    }

    /// <summary>The key; of a command only its public half.</summary>
    private protected ECDsa Key { get; }

    /// <summary>The first 16 hex digits of the key's hint, or of the certificate's SHA-256: what its signatures are called in a registry.</summary>
    public string KeyId => Material.KeyId;

    internal SignatureMaterial Material { get; }

    /// <summary>Signs with a private key.</summary>
    /// <param name="keyPath">The key in PEM, perhaps encrypted.</param>
    /// <param name="certificatePath">A PEM file with the signer's certificate and the chain above it; null to sign as the key alone.</param>
    /// <param name="password">Asked for the password of an encrypted key.</param>
    /// <exception cref="ModelRegistryException">MR0807: key or certificate cannot be used, or they do not belong together.</exception>
    public static ModelSigner FromKey(string keyPath, string? certificatePath = null, Func<string?>? password = null)
    {
        var key = EcdsaKey.LoadPrivate(keyPath, password ?? (static () => null));
        try
        {
            return new KeySigner(key, certificatePath is null ? KeyMaterial(key) : CertificateMaterial(certificatePath, key, keyPath));
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Signs with a command that reads the bytes on standard input and answers with a signature in DER, such as <c>openssl dgst -sha256 -sign key.pem</c>.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="publicKeyPath">The public key that belongs to it; null where a certificate is given.</param>
    /// <param name="certificatePath">The signer's certificate and its chain; null to sign as the key alone.</param>
    /// <param name="timeout">How long it may take; null for one minute.</param>
    /// <exception cref="ModelRegistryException">MR0807: key or certificate cannot be used.</exception>
    public static ModelSigner FromCommand(IReadOnlyList<string> command, string? publicKeyPath, string? certificatePath = null, TimeSpan? timeout = null)
    {
        if (command.Count == 0) throw Codes.Usage.Error("the signing command is empty", "give a command that reads bytes on standard input and writes a DER signature");
        var key = certificatePath is not null ? PemCertificates.Load(certificatePath)[0].GetECDsaPublicKey()
            : publicKeyPath is not null ? EcdsaKey.LoadPublic(publicKeyPath) : null;
        if (key is null) throw Codes.SigningKeyUnreadable.Error("nothing says which key the signing command signs with", "name its public key with --public-key, or an EC certificate with --certificate");
        return new CommandSigner(command, timeout ?? TimeSpan.FromMinutes(1), key, certificatePath is null ? KeyMaterial(key) : CertificateMaterial(certificatePath, key, certificatePath));
    }

    /// <summary>Signs a payload. What comes back was verified with the public key.</summary>
    internal SignatureBundle Sign(byte[] payload, string where, CancellationToken cancellation)
    {
        var encoded = DsseEnvelope.Encode(payload);
        var signature = Sign(encoded, EcdsaKey.Hash(Key), cancellation);
        return EcdsaKey.Verifies(Key, encoded, signature, EcdsaKey.Hash(Key))
            ? SignatureBundle.Make(Material, new DsseEnvelope(payload, signature), where)
            : throw Codes.SignerFailed.Error("the signing command did not answer with a signature of the key it was named with", "give the command's own public key or certificate, and let it write nothing but the signature in DER");
    }

    private protected abstract byte[] Sign(byte[] data, HashAlgorithmName hash, CancellationToken cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        Key.Dispose();
        GC.SuppressFinalize(this);
    }

    private static SignatureMaterial KeyMaterial(ECDsa key) => new() { Method = SignatureMethod.Key, Hint = EcdsaKey.Hint(key) };

    private static SignatureMaterial CertificateMaterial(string path, ECDsa key, string keyPath)
    {
        var certificates = PemCertificates.Load(path);
        using var leaf = certificates[0].GetECDsaPublicKey();
        if (leaf is null) throw Codes.SigningKeyUnreadable.Error($"the first certificate of {path} has no key on an elliptic curve", $"use the certificate of a key {KeyFile.Accepted}");
        if (!leaf.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            throw Codes.SigningKeyUnreadable.Error($"the first certificate of {path} does not belong to the key of {keyPath}", "put the signer's own certificate first, the authorities above it after it");
        return new SignatureMaterial { Method = SignatureMethod.Certificate, Certificates = [.. certificates.Select(certificate => certificate.RawData)] };
    }

    private sealed class KeySigner(ECDsa key, SignatureMaterial material) : ModelSigner(key, material)
    {
        private protected override byte[] Sign(byte[] data, HashAlgorithmName hash, CancellationToken cancellation) =>
            Key.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence);
    }
}
