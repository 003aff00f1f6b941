using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ModelRegistry.Signing;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Signing;

public sealed class FolderSignatureTests : IDisposable
{
    private readonly SigningFolder _folder = new();

    public static TheoryData<string> Curves => new("nistP256", "nistP384", "nistP521");

    [Theory]
    [MemberData(nameof(Curves))]
    public void AModel_SignedWithAKeyOfEachCurve_IsVerified(string curve)
    {
        _folder.Key("signer", ECCurve.CreateFromFriendlyName(curve));

        var files = _folder.Verify(_folder.Sign());

        Assert.Equal(["sub folder/Ünïcode 模型.txt", "weights.bin"], files);
    }

    [Fact]
    public void TheSameModel_HasTheSameStatement()
    {
        _folder.Key("signer");

        Assert.Equal(_folder.Sign().Envelope.Payload, _folder.Sign().Envelope.Payload);
    }

    [Fact]
    public void AStatement_SortsByCodePoint()
    {
        _folder.Key("signer");
        _folder.Write("model/\uFF21", "beyond the surrogates in UTF-16");
        _folder.Write("model/😀", "beyond U+FFFF");

        var names = JsonNode.Parse(_folder.Sign().Envelope.Payload)!["predicate"]!["resources"]!.AsArray().Select(resource => (string)resource!["name"]!).ToList();

        Assert.Equal(["sub folder/Ünïcode 模型.txt", "weights.bin", "\uFF21", "😀"], names);
    }

    [Fact]
    public void ASignature_IsAcceptedByOpenssl_OverTheRebuiltBytes()
    {
        _folder.Key("signer");
        var bundle = JsonNode.Parse(_folder.Sign().Content.Span)!;
        var payload = Convert.FromBase64String((string)bundle["dsseEnvelope"]!["payload"]!);
        File.WriteAllBytes(_folder.At("signature.der"), Convert.FromBase64String((string)bundle["dsseEnvelope"]!["signatures"]![0]!["sig"]!));
        File.WriteAllBytes(_folder.At("signed"), [.. Encoding.UTF8.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length.ToString(CultureInfo.InvariantCulture)} "), .. payload]);

        Assert.Equal("Verified OK", OpenSsl("dgst", "-sha256", "-verify", _folder.PublicKey("signer"), "-signature", _folder.At("signature.der"), _folder.At("signed")));
        Assert.Equal((string)bundle["verificationMaterial"]!["publicKey"]!["hint"]!, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder.PublicKey("signer")))));
    }

    [Fact]
    public void ACommand_Signs()
    {
        var key = _folder.Key("signer");
        using var signer = ModelSigner.FromCommand(["openssl", "dgst", "-sha256", "-sign", key], _folder.PublicKey("signer"));

        _folder.Verify(FolderSignature.Sign(_folder.Model, signer));
    }

    [Theory]
    [InlineData("false", "ended with exit code 1")]
    [InlineData("no-such-signing-command", "cannot run")]
    [InlineData("true", "answered with no signature")]
    [InlineData("yes", "did not finish within")]
    [InlineData("cat", "not answer with a signature of the key")]
    [InlineData("echo rubbish", "not answer with a signature of the key")]
    [InlineData("sleep 60", "did not finish within")]
    public void ASigningCommandThatFails_IsOneCodedLine(string command, string says)
    {
        _folder.Key("signer");
        // Only what never ends waits for the limit; on a busy machine even 'false' may take a while.
        var limit = TimeSpan.FromSeconds(says.StartsWith("did not finish", StringComparison.Ordinal) ? 1 : 60);
        using var signer = ModelSigner.FromCommand(command.Split(' '), _folder.PublicKey("signer"), timeout: limit);

        Assert.Contains(says, Expect.Code("MR0808", () => FolderSignature.Sign(_folder.Model, signer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEncryptedKey_AsksForItsPassword()
    {
        var key = _folder.Key("signer", password: "correct horse");
        using (var signer = ModelSigner.FromKey(key, password: () => "correct horse")) _folder.Verify(FolderSignature.Sign(_folder.Model, signer));

        var wrong = Expect.Code("MR0807", () => ModelSigner.FromKey(key, password: () => "battery staple"));
        Expect.Code("MR0807", () => ModelSigner.FromKey(key));
        Assert.DoesNotContain("battery", wrong.ToLine(), StringComparison.Ordinal);
    }

    [Fact]
    public void AKeyThatMayNotBeRead_IsRefused_AndNotShown()
    {
        var key = _folder.Key("signer");
        var secret = File.ReadAllLines(key)[1];
        // Nobody is root everywhere; a folder in its place is refused by the system in the same way.
        if (!OperatingSystem.IsWindows() && Environment.UserName != "root") File.SetUnixFileMode(key, UnixFileMode.None);
        else key = Directory.CreateDirectory(_folder.At("folder.pem")).FullName;

        Assert.DoesNotContain(secret, Expect.Code("MR0807", () => ModelSigner.FromKey(key)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AKeyOfAnotherCurve_OrNoKey_OrAPrivateOneInPlaceOfAPublicOne_IsRefused_AndNotShown()
    {
        var other = _folder.Key("other", ECCurve.CreateFromFriendlyName("brainpoolP256r1"));
        var rubbish = _folder.Write("rubbish.pem", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");

        foreach (var path in new[] { other, rubbish, _folder.At("missing.pem") })
            Assert.DoesNotContain("c2VjcmV0", Expect.Code("MR0807", () => ModelSigner.FromKey(path)).ToLine(), StringComparison.Ordinal);
        Assert.Contains("private key", Expect.Code("MR0807", () => TrustedSigner.Key(_folder.Key("signer"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatWasChangedRemovedOrAdded_IsNotWhatWasSigned()
    {
        _folder.Key("signer");
        var bundle = _folder.Sign();

        var weights = _folder.Write("model/weights.bin", "weighTs");
        Assert.Contains("is not what was signed", Expect.Code("MR0803", () => _folder.Verify(bundle)).Message, StringComparison.Ordinal);
        File.Delete(weights);
        Assert.Contains("signed and not there", Expect.Code("MR0803", () => _folder.Verify(bundle)).Message, StringComparison.Ordinal);
        _folder.Write("model/weights.bin", "weights");
        _folder.Write("model/sub folder/.git", "not at the top");
        Assert.Contains("there and not signed", Expect.Code("MR0803", () => _folder.Verify(bundle)).Message, StringComparison.Ordinal);
        using var signer = TrustedSigner.Key(_folder.PublicKey("signer"));
        FolderSignature.Verify(_folder.Model, bundle, signer, SigningFolder.Now, ignoreUnsigned: true);
    }

    [Fact]
    public void ALink_AnEmptyFolder_AndNothing_CannotBeSigned()
    {
        _folder.Key("signer");
        using var signer = ModelSigner.FromKey(_folder.At("signer.pem"));
        Directory.CreateDirectory(_folder.At("empty/.git"));
        File.CreateSymbolicLink(_folder.At("model/link"), "weights.bin");

        Expect.Code("MR0109", () => FolderSignature.Sign(_folder.Model, signer));
        Expect.Code("MR0112", () => FolderSignature.Sign(_folder.At("empty"), signer));
        Expect.Code("MR0107", () => FolderSignature.Sign(_folder.At("nothing"), signer));
        Assert.Equal(["sub folder/Ünïcode 模型.txt", "weights.bin"], Names(FolderSignature.Sign(_folder.Model, signer, ["link"])));
    }

    [Fact]
    public void OneFile_IsAModel()
    {
        _folder.Key("signer");
        using var signer = ModelSigner.FromKey(_folder.At("signer.pem"));
        using var trusted = TrustedSigner.Key(_folder.PublicKey("signer"));

        var bundle = FolderSignature.Sign(_folder.At("model/weights.bin"), signer);

        Assert.Equal(["weights.bin"], FolderSignature.Verify(_folder.At("model/weights.bin"), bundle, trusted, SigningFolder.Now));
    }

    [Fact]
    public void AnotherSignersModel_IsNotBelieved()
    {
        _folder.Key("signer");
        _folder.Key("stranger");

        Assert.Contains("not by signer.pub.pem", Expect.Code("MR0805", () => _folder.Verify(_folder.Sign("stranger"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStrangersSignature_UnderATrustedHint_DoesNotFit()
    {
        _folder.Key("signer");
        _folder.Key("stranger");
        var forged = JsonNode.Parse(_folder.Sign("stranger").Content.Span)!;
        forged["verificationMaterial"] = JsonNode.Parse(_folder.Sign().Content.Span)!["verificationMaterial"]!.DeepClone();

        Expect.Code("MR0801", () => _folder.Verify(SignatureBundle.Parse(Encoding.UTF8.GetBytes(forged.ToJsonString()), "forged.sig")));
    }

    [Fact]
    public void ShardsOfAFile_AreVerifiedOneByOne()
    {
        _folder.Key("signer");
        var weights = File.ReadAllBytes(_folder.At("model/weights.bin"));
        SignatureBundle Shards(params (int Start, int End)[] ranges) => _folder.SignStatement(statement =>
        {
            var resources = new JsonArray([.. ranges.Select(range => new JsonObject
            {
                ["name"] = $"weights.bin:{range.Start}:{range.End}", ["algorithm"] = "sha256",
                ["digest"] = Convert.ToHexStringLower(SHA256.HashData(weights[range.Start..Math.Min(range.End, weights.Length)])),
            })]);
            statement["predicate"]!["serialization"]!["method"] = "shards";
            statement["predicate"]!["serialization"]!["shard_size"] = 4;
            statement["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("sub folder");
            statement["predicate"]!["resources"] = resources;
            statement["subject"]![0]!["digest"]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData([.. resources.SelectMany(resource => Convert.FromHexString((string)resource!["digest"]!))]));
        });

        Assert.Equal(["weights.bin"], _folder.Verify(Shards((0, 4), (4, 7))));
        Expect.Code("MR0803", () => _folder.Verify(Shards((0, 4))));
        Expect.Code("MR0802", () => _folder.Verify(Shards((4, 7))));
        Expect.Code("MR0802", () => _folder.Verify(Shards((0, 4), (5, 7))));
    }

    [Fact]
    public void ACertificateBelowATrustedAuthority_IsAccepted()
    {
        _folder.Certificate("release");

        using var trusted = TrustedSigner.Certificate([_folder.At("release.ca.pem")], "CN=release");
        FolderSignature.Verify(_folder.Model, SignedAs("release"), trusted, SigningFolder.Now);
    }

    [Fact]
    public void ACertificate_ExpiredOrNotYetValidOrOfAnotherAuthorityOrSubjectOrUse_IsRefused()
    {
        _folder.Certificate("expired", to: SigningFolder.Now.AddDays(-1));
        _folder.Certificate("early", from: SigningFolder.Now.AddDays(1));
        _folder.Certificate("other");
        _folder.Certificate("use", usage: X509KeyUsageFlags.KeyEncipherment);

        Refused("expired", "expired.ca.pem", null);
        Refused("early", "early.ca.pem", null);
        Refused("other", "use.ca.pem", null);
        Refused("use", "use.ca.pem", null);
        Refused("other", "other.ca.pem", "CN=somebody");
    }

    [Fact]
    public void ASelfSignedCertificate_IsAcceptedWhenItIsTheTrustedOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=self", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var certificate = request.CreateSelfSigned(SigningFolder.Now.AddYears(-1), SigningFolder.Now.AddYears(1));
        _folder.Write("self.pem", key.ExportPkcs8PrivateKeyPem());
        _folder.Write("self.chain.pem", certificate.ExportCertificatePem());
        using var trusted = TrustedSigner.Certificate([_folder.At("self.chain.pem")]);

        FolderSignature.Verify(_folder.Model, SignedAs("self"), trusted, SigningFolder.Now);
        Assert.Contains("valid from", Expect.Code("MR0806", () => FolderSignature.Verify(_folder.Model, SignedAs("self"), trusted, SigningFolder.Now.AddYears(2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACertificateOfAnotherKey_CannotSign()
    {
        _folder.Certificate("release");
        _folder.Key("signer");

        Expect.Code("MR0807", () => ModelSigner.FromKey(_folder.At("signer.pem"), _folder.At("release.chain.pem")));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Names(SignatureBundle bundle) =>
        JsonNode.Parse(bundle.Envelope.Payload)!["predicate"]!["resources"]!.AsArray().Select(resource => (string)resource!["name"]!);

    private SignatureBundle SignedAs(string name)
    {
        using var signer = ModelSigner.FromKey(_folder.At($"{name}.pem"), _folder.At($"{name}.chain.pem"));
        return FolderSignature.Sign(_folder.Model, signer);
    }

    private void Refused(string name, string authority, string? subject)
    {
        using var trusted = TrustedSigner.Certificate([_folder.At(authority)], subject);
        Expect.Code("MR0806", () => FolderSignature.Verify(_folder.Model, SignedAs(name), trusted, SigningFolder.Now));
    }

    private static string OpenSsl(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return output;
    }
}
