using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelRegistry.Signing;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Signing;

/// <summary>Bundles as version 0.2.0 of the reference implementation wrote them: digests as subjects, Python's text of the bytes signed, the key inside.</summary>
public sealed class OldBundleTests : IDisposable
{
    private readonly SigningFolder _folder = new();

    public OldBundleTests() => _folder.Write("model/it's odd.bin", "more weights");

    [Theory]
    [InlineData("nistP256", false)]
    [InlineData("nistP384", false)]
    [InlineData("nistP521", true)]
    public void ABundleOf020_IsVerified_AndHoldsForTheseFilesAlone(string curve, bool asPem)
    {
        _folder.Key("signer", ECCurve.CreateFromFriendlyName(curve));
        var bundle = Old(asPem);

        Assert.Equal(["it's odd.bin", "sub folder/Ünïcode 模型.txt", "weights.bin"], _folder.Verify(bundle).Order(StringComparer.Ordinal));

        _folder.Write("model/weights.bin", "weighTs");
        Expect.Code("MR0803", () => _folder.Verify(bundle));
        _folder.Key("stranger", ECCurve.CreateFromFriendlyName(curve));
        Expect.Code("MR0805", () => _folder.Verify(bundle, "stranger"));
    }

    public void Dispose() => _folder.Dispose();

    private SignatureBundle Old(bool asPem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(_folder.At("signer.pem")));
        var subjects = Directory.GetFiles(_folder.At("model"), "*", SearchOption.AllDirectories).Where(path => !path.Contains(".git", StringComparison.Ordinal)).Select(path => new JsonObject
        {
            ["name"] = Path.GetRelativePath(_folder.At("model"), path).Replace(Path.DirectorySeparatorChar, '/'),
            ["digest"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) },
        });
        var statement = new JsonObject { ["_type"] = "https://in-toto.io/Statement/v1", ["subject"] = new JsonArray([.. subjects]), ["predicateType"] = "https://model_signing/Digests/v0.1", ["predicate"] = new JsonObject { ["unused"] = "a \\ b" } };
        var payload = Encoding.UTF8.GetBytes(statement.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        // Always SHA-256, whatever the curve.
        var signature = key.SignData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEV1 28 application/vnd.in-toto+json {payload.Length} {AsPythonPrints(payload)}")), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var raw = asPem ? Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()) : key.ExportSubjectPublicKeyInfo();
        var bundle = new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(raw), ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256" }, ["tlogEntries"] = new JsonArray() },
            ["dsseEnvelope"] = new JsonObject { ["payload"] = Convert.ToBase64String(payload), ["payloadType"] = "application/vnd.in-toto+json", ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature), ["keyid"] = "" }) },
        };
        return SignatureBundle.Parse(Encoding.UTF8.GetBytes(bundle.ToJsonString()), "old.sig");
    }

    // JSON has double quotes and this one an apostrophe: Python then writes b'…' and a backslash before each apostrophe.
    private static string AsPythonPrints(byte[] bytes) => "b'" + string.Concat(bytes.Select(value => (char)value switch
    {
        '\'' => "\\'",
        '\\' => "\\\\",
        < ' ' or > '~' => string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
        var letter => letter.ToString(),
    })) + "'";
}
