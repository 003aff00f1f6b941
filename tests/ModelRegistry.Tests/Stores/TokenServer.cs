using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>A token server as OCI registries use it (distribution, token authentication): signed tokens for those who know the password.</summary>
internal sealed class TokenServer : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly LoopbackServer _server;

    public TokenServer(string user, string password)
    {
        var request = new CertificateRequest("CN=tests", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(30), DateTimeOffset.UnixEpoch.AddYears(130));
        var credential = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        _server = new LoopbackServer(asked => asked.Header("Authorization") == credential ? Answer(asked.Target) : ServedAnswer.Empty(401, ("WWW-Authenticate", "Basic realm=\"tokens\"")));
    }

    public string Realm => _server.Address + "/token";

    /// <summary>What tokens were given for, scopes and the actions of each in order: registries name both in any.</summary>
    public ConcurrentQueue<string> Scopes { get; } = new();

    public string WriteCertificate(string folder)
    {
        var path = Path.Combine(folder, "tokens.pem");
        File.WriteAllText(path, _certificate.ExportCertificatePem());
        return path;
    }

    public void Dispose()
    {
        _server.Dispose();
        _certificate.Dispose();
        _key.Dispose();
    }

    private ServedAnswer Answer(string target)
    {
        var scopes = target.Split('?')[1].Split('&').Where(p => p.StartsWith("scope=", StringComparison.Ordinal)).Select(p => Uri.UnescapeDataString(p["scope=".Length..])).ToList();
        Scopes.Enqueue(string.Join(' ', scopes.Select(scope => string.Join(':', [.. scope.Split(':')[..2], string.Join(',', scope.Split(':')[2].Split(',').Order(StringComparer.Ordinal))])).Order(StringComparer.Ordinal)));
        var access = scopes.Select(scope => scope.Split(':')).Select(parts => new { type = parts[0], name = parts[1], actions = parts[2].Split(',') });
        var header = Encode(new { typ = "JWT", alg = "ES256", x5c = new[] { Convert.ToBase64String(_certificate.RawData) } });
        var claims = Encode(new { iss = "tests", sub = "user", aud = "registry", nbf = 1_000_000_000, iat = 1_000_000_000, exp = 4_000_000_000, jti = Guid.NewGuid().ToString(), access });
        var signature = Text(_key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256));
        return new ServedAnswer(200, JsonSerializer.SerializeToUtf8Bytes(new { token = $"{header}.{claims}.{signature}", expires_in = 300 }));
    }

    private static string Encode(object value) => Text(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
