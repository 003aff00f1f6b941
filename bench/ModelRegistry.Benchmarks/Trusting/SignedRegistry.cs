using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelRegistry.Signing;

namespace ModelRegistry.Benchmarks.Trusting;

/// <summary>Ten models of ten families, each signed once, and a policy that believes the signer.</summary>
internal static class SignedRegistry
{
    public const string Policy = "asked.trust.json";
    public const int Models = 10;

    public static ModelName Family(int index) => ModelName.Parse(string.Create(CultureInfo.InvariantCulture, $"family-{index}"));

    public static void Make(string root, bool certified)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(root);
        var privateKey = Write(root, "key.pem", key.ExportPkcs8PrivateKeyPem());
        Write(root, "key.pub.pem", key.ExportSubjectPublicKeyInfoPem() + "\n");
        var chain = certified ? Write(root, "chain.pem", Chain(key, root)) : null;
        Registry.Initialise(root, new InitOptions { Commit = false });
        using var session = RegistrySession.Open(root);
        using var signer = ModelSigner.FromKey(privateKey, chain);
        for (var i = 0; i < Models; i++)
        {
            var weights = Write(root, "weights.bin", string.Create(CultureInfo.InvariantCulture, $"weights {i}"));
            var registered = session.Registry.Register(new RegistrationRequest { Name = Family(i), Files = [new FileToRegister(weights)], Commit = false });
            session.Registry.Sign(registered.Id, signer, commit: false);
        }

        Write(root, Policy, $$"""{ "schemaVersion": 1, "mode": "require", "signers": [ { "name": "bench", {{(certified ? "\"certificate\": \"ca.pem\", \"subject\": \"CN=bench\"" : "\"publicKey\": \"key.pub.pem\"")}}, "families": ["family-*"] } ] }""");
    }

    private static string Chain(ECDsa key, string root)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=bench authority", authorityKey, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        var signer = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256);
        signer.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var leaf = signer.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        Write(root, "ca.pem", authority.ExportCertificatePem());
        return leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem();
    }

    private static string Write(string root, string name, string content)
    {
        var path = Path.Combine(root, name);
        File.WriteAllText(path, content);
        return path;
    }
}
