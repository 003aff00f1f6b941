using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ModelRegistry.Signing;

namespace ModelRegistry.Tests.Signing;

/// <summary>A temporary folder with a small model and freshly made keys and certificates.</summary>
internal sealed class SigningFolder : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public SigningFolder()
    {
        Root = Path.Combine(Path.GetTempPath(), "modelreg signing", Path.GetRandomFileName());
        Write("model/weights.bin", "weights");
        Write("model/sub folder/Ünïcode 模型.txt", "text");
        Write("model/.git/config", "never signed");
    }

    public string Root { get; }

    public string Model => Path.Combine(Root, "model");

    public string Write(string name, string content)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Makes a key pair; the public half stands beside it as NAME.pub.pem.</summary>
    public string Key(string name, ECCurve? curve = null, string? password = null)
    {
        using var key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        Write($"{name}.pub.pem", key.ExportSubjectPublicKeyInfoPem() + "\n");
        return Write($"{name}.pem", password is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
    }

    public string PublicKey(string name) => Path.Combine(Root, $"{name}.pub.pem");

    /// <summary>Makes an authority and a leaf below it: NAME.pem (key), NAME.chain.pem (leaf, authority) and NAME.ca.pem.</summary>
    public void Certificate(string name, DateTimeOffset? from = null, DateTimeOffset? to = null, X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var authority = new CertificateRequest($"CN={name} authority", authorityKey, HashAlgorithmName.SHA384);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var ca = authority.CreateSelfSigned(Now.AddYears(-10), Now.AddYears(10));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        using var leaf = request.Create(ca, from ?? Now.AddYears(-1), to ?? Now.AddYears(1), [1, 2, 3, 4]);
        Write($"{name}.pem", key.ExportPkcs8PrivateKeyPem());
        Write($"{name}.chain.pem", leaf.ExportCertificatePem() + "\n" + ca.ExportCertificatePem());
        Write($"{name}.ca.pem", ca.ExportCertificatePem());
    }

    public string At(string name) => Path.Combine(Root, name);

    public SignatureBundle Sign(string key = "signer")
    {
        using var signer = ModelSigner.FromKey(At($"{key}.pem"));
        return FolderSignature.Sign(Model, signer);
    }

    public IReadOnlyList<string> Verify(SignatureBundle bundle, string key = "signer")
    {
        using var signer = TrustedSigner.Key(PublicKey(key));
        return FolderSignature.Verify(Model, bundle, signer, Now);
    }

    /// <summary>Signs a statement that a test has made, as an honest signer of a dishonest statement would.</summary>
    public SignatureBundle SignStatement(Action<JsonNode> change)
    {
        var statement = JsonNode.Parse(Sign().Envelope.Payload)!;
        change(statement);
        using var signer = ModelSigner.FromKey(At("signer.pem"));
        return signer.Sign(Encoding.UTF8.GetBytes(statement.ToJsonString()), "the statement", CancellationToken.None);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
