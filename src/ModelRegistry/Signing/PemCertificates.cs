using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Signing;

/// <summary>Certificates in PEM.</summary>
internal static class PemCertificates
{
    /// <summary>Reads every certificate of a file, in its order.</summary>
    /// <exception cref="ModelRegistryException">MR0807: there is none, or one cannot be read.</exception>
    public static X509Certificate2Collection Load(string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(SigningFile.ReadText(path, SigningLimits.MaxKeyFileLength, Codes.SigningKeyUnreadable));
        }
        catch (CryptographicException failure)
        {
            throw Unusable(path, failure);
        }

        return certificates.Count is > 0 and <= SigningLimits.MaxCertificates ? certificates : throw Unusable(path, null);
    }

    private static ModelRegistryException Unusable(string path, Exception? failure) =>
        Codes.SigningKeyUnreadable.Error($"{path} holds no certificates that can be read", $"name a PEM file with 1 to {SigningLimits.MaxCertificates} certificates, the signer's first; 'openssl x509 -inform DER -in FILE -out FILE.pem' makes one of a file in DER", failure);
}
