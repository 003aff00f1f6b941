using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Signing;

/// <summary>Keys on the curves of the specification: P-256 with SHA-256, P-384 with SHA-384, P-521 with SHA-512.</summary>
internal static class EcdsaKey
{
    /// <summary>Reads a private key in PEM: PKCS#8, encrypted PKCS#8 or SEC 1.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">Asked for the password of an encrypted key.</param>
    /// <exception cref="ModelRegistryException">MR0807: unreadable, of another kind, or the password is wrong.</exception>
    public static ECDsa LoadPrivate(string path, Func<string?> password)
    {
        var pem = SigningFile.ReadText(path, SigningLimits.MaxKeyFileLength, Codes.SigningKeyUnreadable);
        var isEncrypted = pem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        return Import(path, isEncrypted ? "cannot be decrypted with this password" : KeyFile.Problem(pem), key =>
        {
            if (!isEncrypted) key.ImportFromPem(pem);
            else key.ImportFromEncryptedPem(pem, password() ?? throw Codes.SigningKeyUnreadable.Error($"{path} is encrypted", "set MODELREG_SIGNING_PASSWORD, or answer the prompt of a terminal"));
        }, $"name a private key {KeyFile.Accepted}, and its password where it has one; 'openssl ecparam -name prime256v1 -genkey -noout -out key.pem' makes one");
    }

    /// <summary>Reads a public key in PEM.</summary>
    /// <exception cref="ModelRegistryException">MR0807: unreadable or of another kind.</exception>
    public static ECDsa LoadPublic(string path)
    {
        var pem = SigningFile.ReadText(path, SigningLimits.MaxKeyFileLength, Codes.SigningKeyUnreadable);
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal)) throw Codes.SigningKeyUnreadable.Error($"{path} holds a private key where a public one is asked for", "write the public half with 'openssl pkey -in KEY.pem -pubout', and keep the private one away from repositories");
        return Import(path, KeyFile.Problem(pem), key => key.ImportFromPem(pem), $"name a public key {KeyFile.Accepted}; 'openssl pkey -in KEY.pem -pubout -out KEY.pub.pem' writes one");
    }

    /// <summary>The hash that goes with a key's curve.</summary>
    /// <exception cref="CryptographicException">Another curve.</exception>
    public static HashAlgorithmName Hash(ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value switch
    {
        "1.2.840.10045.3.1.7" => HashAlgorithmName.SHA256,
        "1.3.132.0.34" => HashAlgorithmName.SHA384,
        "1.3.132.0.35" => HashAlgorithmName.SHA512,
        _ => throw new CryptographicException("the key is on none of the curves P-256, P-384 and P-521"),
    };

    /// <summary>The hint of a key: hex SHA-256 of the public key as OpenSSL writes it in PEM, final newline included.</summary>
    public static string Hint(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n")));

    /// <summary>Whether a signature in DER is that of a key over some bytes.</summary>
    public static bool Verifies(ECDsa key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        try
        {
            return key.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // Bytes that are no DER sequence are no signature.
            return false;
        }
    }

    private static ECDsa Import(string path, string problem, Action<ECDsa> import, string hint)
    {
        var key = ECDsa.Create();
        try
        {
            import(key);
            Hash(key);
            return key;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            // The cause may quote the file.
            throw Codes.SigningKeyUnreadable.Error($"{path} {problem}", hint);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
