using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelRegistry.Tests.Support;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>A store behind https, whose certificate the machine trusts.</summary>
public sealed class SecureStoreTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly X509Certificate2 _certificate = Certificate();

    [Fact]
    public void Fetch_ThatIsRedirectedFromHttpsToHttp_IsRefused_AndNothingIsAskedForThere()
    {
        // The system's certificates are read from a file on Linux alone.
        if (!OperatingSystem.IsLinux()) return;
        var weights = Scratch.Weights("weights"u8.ToArray());
        var isRedirecting = false;
        using var plain = new LoopbackServer(_ => new ServedAnswer(200, weights));
        using var secure = new LoopbackServer(request => isRedirecting ? ServedAnswer.Empty(307, ("Location", plain.Address + request.Target)) : new ServedAnswer(200, weights)) { Certificate = _certificate };
        _scratch.Set("SSL_CERT_FILE", _scratch.File_("ca.pem", _certificate.ExportCertificatePem()));
        var settings = Path.Combine(_scratch.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\": [", $"\"stores\": [ {{ \"name\": \"web\", \"url\": \"{secure.Address}\" }}, ", StringComparison.Ordinal));
        _scratch.Run("register", "--name", "m", "--file", _scratch.File_("m.safetensors", weights)).Text.ToString();
        Forget();
        Assert.Equal(weights, File.ReadAllBytes(_scratch.Run("resolve", "m").Text));

        isRedirecting = true;
        Forget();
        var refused = _scratch.Run("resolve", "m").Fails("MR0301", 3);

        Assert.Contains("MR0325", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(plain.Requests);
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _certificate.Dispose();
    }

    private void Forget()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_scratch.Root, ".."), "*", SearchOption.AllDirectories).Where(path => path.Contains("sha256", StringComparison.Ordinal)).ToList()) File.Delete(file);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(70));
    }
}
