using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Signing;

/// <summary>Somebody whose signatures are believed: a public key, or whoever holds a certificate below a trusted one.</summary>
public sealed class TrustedSigner : IDisposable
{
    private readonly ECDsa? _key;
    private readonly string? _hint;
    private readonly X509Certificate2Collection _roots = [];
    private readonly string? _subject;
    private AcceptedChain? _accepted;

    private TrustedSigner(string name, ECDsa? key, X509Certificate2Collection? roots, string? subject)
    {
        Name = name;
        _key = key;
        _hint = key is null ? null : EcdsaKey.Hint(key);
        _subject = subject;
        if (roots is not null) _roots = roots;
    }

    /// <summary>What messages and lock files call them.</summary>
    public string Name { get; }

    /// <summary>Trusts a public key.</summary>
    /// <param name="path">The key in PEM.</param>
    /// <param name="name">What messages call it; null for the file's name.</param>
    /// <exception cref="ModelRegistryException">MR0807: the key cannot be read.</exception>
    public static TrustedSigner Key(string path, string? name = null) => new(name ?? Path.GetFileName(path), EcdsaKey.LoadPublic(path), null, null);

    /// <summary>Trusts whoever holds a certificate below one of these, or one of these themselves.</summary>
    /// <param name="paths">PEM files.</param>
    /// <param name="subject">The subject that the signer's certificate must have, such as <c>CN=model-release</c>; null for any.</param>
    /// <param name="name">What messages call it; null for the first file's name.</param>
    /// <exception cref="ModelRegistryException">MR0807: a certificate cannot be read.</exception>
    public static TrustedSigner Certificate(IReadOnlyList<string> paths, string? subject = null, string? name = null)
    {
        var roots = new X509Certificate2Collection();
        foreach (var path in paths) roots.AddRange(PemCertificates.Load(path));
        return new TrustedSigner(name ?? Path.GetFileName(paths[0]), null, roots, subject);
    }

    /// <summary>What the signatures of the key are called in a registry; null where certificates are believed.</summary>
    internal string? KeyId => _hint?[..16];

    /// <summary>Whether a bundle says that it is this signer's. A bundle of nobody that is known is no fault of it.</summary>
    internal bool Claims(SignatureBundle bundle) => bundle.Method switch
    {
        SignatureMethod.Key => _key is not null && (bundle.Material.Hint is { } hint ? hint == _hint : SameKey(bundle.Material.RawKey)),
        SignatureMethod.Certificate => _roots.Count > 0,
        _ => false,
    };

    /// <summary>Checks that a bundle was signed by this signer, and returns what it says.</summary>
    /// <exception cref="ModelRegistryException">MR0801: the signature does not fit; MR0802: what it signs cannot be read; MR0805: somebody else signed; MR0806: the certificate is not accepted; MR0812: signed with Sigstore.</exception>
    internal byte[] Verify(SignatureBundle bundle, DateTimeOffset now)
    {
        if (bundle.Method == SignatureMethod.Sigstore)
            throw Codes.SigstoreNotChecked.Error($"{bundle.Where} is signed with Sigstore, not checked", "sign with a key or a certificate, or check it with a Sigstore client");
        var key = (bundle.Method == SignatureMethod.Certificate ? CertifiedKey(bundle, now) : null) ?? _key ?? throw Unknown(bundle);
        if (bundle.Method == SignatureMethod.Key && !Claims(bundle)) throw Unknown(bundle);
        var (payload, signature) = (bundle.Envelope.Payload, bundle.Envelope.Signature);
        if (!EcdsaKey.Verifies(key, DsseEnvelope.Encode(payload), signature, EcdsaKey.Hash(key))
            && !EcdsaKey.Verifies(key, DsseEnvelope.EncodeAsVersion020(payload), signature, HashAlgorithmName.SHA256))
            throw Codes.SignatureInvalid.Error($"{bundle.Where} is not a signature of {Name} over what it holds", "the file was altered or made with another key: restore it with git, or sign again");
        return payload;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key?.Dispose();
        _accepted?.Key.Dispose();
        foreach (var root in _roots) root.Dispose();
    }

    private ModelRegistryException Unknown(SignatureBundle bundle) =>
        Codes.SignerUnknown.Error($"{bundle.Where} is signed by {(bundle.Method == SignatureMethod.Key ? $"key {bundle.KeyId}" : "a certificate")}, not by {Name}", "check with the signer's own key, or let somebody trusted sign");

    private bool SameKey(byte[]? raw)
    {
        if (raw is null || _key is null) return false;
        // Old bundles hold the key as DER or as the text of its PEM file.
        return raw.AsSpan().SequenceEqual(_key.ExportSubjectPublicKeyInfo())
            || System.Text.Encoding.UTF8.GetString(raw).Trim() == _key.ExportSubjectPublicKeyInfoPem();
    }

    private ECDsa CertifiedKey(SignatureBundle bundle, DateTimeOffset now)
    {
        if (_roots.Count == 0) throw Unknown(bundle);
        // Whoever signs all models of a build signs them with one certificate.
        if (_accepted is { } accepted && accepted.IsOf(bundle.Material.Certificates, now)) return accepted.Key;
        var chain = new List<X509Certificate2>();
        try
        {
            foreach (var certificate in bundle.Material.Certificates) chain.Add(X509CertificateLoader.LoadCertificate(certificate));
            CertificateChain.Check(bundle.Where, chain, _roots, _subject, now);
            var key = chain[0].GetECDsaPublicKey() ?? throw CertificateChain.Refused(bundle.Where, "its key is not on an elliptic curve");
            EcdsaKey.Hash(key);
            _accepted?.Key.Dispose();
            _accepted = new AcceptedChain(bundle.Material.Certificates, now, key);
            return key;
        }
        catch (CryptographicException failure)
        {
            throw CertificateChain.Refused(bundle.Where, failure.Message);
        }
        finally
        {
            foreach (var certificate in chain) certificate.Dispose();
        }
    }

    private sealed record AcceptedChain(IReadOnlyList<byte[]> Certificates, DateTimeOffset At, ECDsa Key)
    {
        public bool IsOf(IReadOnlyList<byte[]> certificates, DateTimeOffset now) =>
            At == now && Certificates.Count == certificates.Count && Certificates.Zip(certificates).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }
}
