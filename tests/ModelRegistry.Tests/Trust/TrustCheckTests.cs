using System.Text;
using ModelRegistry.Signing;
using ModelRegistry.Tests.Signing;
using ModelRegistry.Tests.Support;
using ModelRegistry.Trust;

namespace ModelRegistry.Tests.Trust;

public sealed class TrustCheckTests : IDisposable
{
    private static readonly Digest ManifestDigest = Digest.Of("manifest"u8);

    private readonly SigningFolder _folder = new();
    private readonly TestClock _clock = new();
    private readonly Manifest _manifest = Version("1.0.0", "weights");

    public TrustCheckTests()
    {
        _folder.Key("vision");
        _folder.Key("stranger");
    }

    [Fact]
    public void AVersionSignedByASignerOfItsFamily_Passes_AndSaysByWhom()
    {
        var signature = Sign("vision");

        var verdict = Check(Policy(), signature);

        Assert.Empty(verdict.Problems);
        Assert.Equal(new VersionSigner("vision team", Path.GetFileNameWithoutExtension(signature)), Assert.Single(verdict.SignedBy));
    }

    [Theory]
    [InlineData("require", true)]
    [InlineData("accept", false)]
    public void AnUnsignedVersion_IsAnErrorOrAWarning_ThatNamesModelSignerPolicyAndLine(string mode, bool isError)
    {
        var problem = Assert.Single(Check(Policy(mode)).Problems);

        Assert.Equal(("MR0804", isError, 4), (problem.Failure.Code, problem.IsError, problem.Line));
        Assert.Contains("digits/1.0.0: it is not signed", problem.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("models.trust.json asks for a signature of vision team (line 4)", problem.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStrangersSignature_CountsForNothing()
    {
        var problem = Assert.Single(Check(Policy(), Sign("stranger")).Problems);

        Assert.Equal("MR0805", problem.Failure.Code);
    }

    [Theory]
    [InlineData("require")]
    [InlineData("accept")]
    public void AnAlteredSignature_IsAnErrorInEveryModeButOff(string mode)
    {
        var signature = Sign("vision");
        var text = File.ReadAllText(signature);
        var at = text.IndexOf("\"sig\":\"", StringComparison.Ordinal) + 40;
        File.WriteAllText(signature, string.Concat(text.AsSpan(0, at), text[at] == 'A' ? "B" : "A", text.AsSpan(at + 1)));

        Assert.Equal(("MR0801", true), Assert.Single(Check(Policy(mode), signature).Problems) is var problem ? (problem.Failure.Code, problem.IsError) : default);
        Assert.Empty(Check(Policy("off"), signature).Problems);
    }

    [Fact]
    public void AnotherVersionsSignature_CopiedBesideThisOne_IsAnErrorInAcceptToo_WhoeverSignedIt()
    {
        foreach (var key in new[] { "vision", "stranger" })
        {
            var copied = Sign(key, Version("2.0.0", "other weights"));
            Assert.Equal(("MR0803", true), Assert.Single(Check(Policy("accept"), copied).Problems) is var problem ? (problem.Failure.Code, problem.IsError) : default);
        }
    }

    [Fact]
    public void ASigner_IsBelievedForItsFamiliesOnly()
    {
        var signature = Sign("vision");

        Assert.Single(Check(Policy(families: "digits*"), signature).SignedBy);
        var problem = Assert.Single(Check(Policy(families: "resnet*"), signature).Problems);
        Assert.Contains("names no signer for digits", problem.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExpiredCertificate_IsByMode()
    {
        _folder.Certificate("release", to: SigningFolder.Now.AddYears(-1).AddDays(1));
        var signature = Sign("release", chain: "release.chain.pem");
        string Signers(string mode) => $$"""{ "schemaVersion": 1, "mode": "{{mode}}", "signers": [ { "name": "release", "certificate": "release.ca.pem", "subject": "CN=release" } ] }""";

        Assert.Equal(("MR0806", true), Assert.Single(Check(Load(Signers("require")), signature).Problems) is var strict ? (strict.Failure.Code, strict.IsError) : default);
        Assert.False(Assert.Single(Check(Load(Signers("accept")), signature).Problems).IsError);
    }

    [Fact]
    public void SeveralSignersMayBeAskedFor()
    {
        _folder.Key("release");
        var policy = Load("""
            { "schemaVersion": 1, "mode": "require", "minimumSignatures": 2, "signers": [
              { "name": "vision team", "publicKey": "vision.pub.pem" },
              { "name": "release", "publicKey": "release.pub.pem" } ] }
            """);
        var (first, second) = (Sign("vision"), Sign("release"));

        Assert.Contains("1 of 2 signatures", Assert.Single(Check(policy, first).Problems).Failure.Message, StringComparison.Ordinal);
        Assert.Equal(["release", "vision team"], Check(policy, first, second).SignedBy.Select(signer => signer.Name));
    }

    [Fact]
    public void AnExemption_HoldsForOneManifestUntilItsDay_AndCoversNoWrongSignature()
    {
        var policy = Load($$"""{ "schemaVersion": 1, "mode": "require", "signers": [ { "name": "vision team", "publicKey": "vision.pub.pem" } ], "exempt": [ { "id": "digits/1.0.0", "manifestDigest": "{{ManifestDigest}}", "reason": "before signing", "until": "2026-11-21" } ] }""");

        Assert.Equal("before signing", Check(policy).Exemption?.Reason);
        Assert.Equal("MR0803", Assert.Single(Check(policy, Sign("vision", Version("2.0.0", "other"))).Problems).Failure.Code);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("MR0804", Assert.Single(Check(policy).Problems).Failure.Code);
    }

    [Theory]
    [InlineData("""{ "schemaVersion": 2, "mode": "require" }""", "this version of ModelRegistry knows 1")]
    [InlineData("""{ "schemaVersion": 1, "mode": "maybe" }""", "not require, accept or off")]
    [InlineData("""{ "schemaVersion": 1 }""", "it has no mode")]
    [InlineData("""{ "schemaVersion": 1, "mode": "require", "singers": [] }""", "did you mean signers?")]
    [InlineData("""{ "schemaVersion": 1, "mode": "require", "signers": [ { "name": "a", "publicKey": "missing.pem" } ] }""", "does not exist")]
    [InlineData("""{ "schemaVersion": 1, "mode": "require", "signers": [ { "name": "a" } ] }""", "needs either publicKey or certificate")]
    [InlineData("""{ "schemaVersion": 1, "mode": "require", "signers": [ { "name": "a", "publicKey": "vision.pub.pem", "famlies": [] } ] }""", "did you mean families?")]
    [InlineData("""{ "schemaVersion": 1, "mode": "require", "mode": "off" }""", "cannot be used")]
    [InlineData("""{ "schemaVersion": 1, "mode": "require", "exempt": [ { "id": "digits", "manifestDigest": "x", "reason": "" } ] }""", "the exemption in line 1")]
    [InlineData("{", "cannot be used")]
    [InlineData("", "cannot be used")]
    public void APolicyThatIsNotUnderstood_IsRefusedWhole(string json, string says) =>
        Assert.Contains(says, Expect.Code("MR0809", () => Load(json)).ToLine(), StringComparison.Ordinal);

    [Fact]
    public void APolicyWrittenByHand_MayHaveComments_ACommaTooMany_AndTheMarkOfAnEditor_AndItsLinesStayRight()
    {
        var policy = Load("\uFEFF" + """
            // Whom we believe.
            { "schemaVersion": 1, "mode": "require", /* or
                accept */
              "signers": [
                // The team's own key.
                { "name": "vision team", "publicKey": "vision.pub.pem", "families": ["digits", ], }, ], }
            """.ReplaceLineEndings("\r\n"));

        Assert.Equal(6, Assert.Single(policy.Signers).Line);
        Assert.Single(Check(policy, Sign("vision")).SignedBy);
    }

    [Fact]
    public void APathOfWindows_InAPolicy_IsToldHowToBeWritten()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Contains("write / between folders", Expect.Code("MR0809", () => Load("""{ "schemaVersion": 1, "mode": "require", "signers": [ { "name": "a", "publicKey": "keys\\vision.pub.pem" } ] }""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePolicy_IsTheNearestUpwards_OrTheOneNamed_OrNone()
    {
        _folder.Write(ModelTrustPolicy.FileName, """{ "schemaVersion": 1, "mode": "accept" }""");
        _folder.Write("app/strict.json", """{ "schemaVersion": 1, "mode": "require" }""");
        var app = _folder.At("app");

        Assert.Equal(TrustMode.Accept, ModelTrustPolicy.Find(null, app)?.Mode);
        Assert.Equal(TrustMode.Require, ModelTrustPolicy.Find("strict.json", app)?.Mode);
        Assert.Null(ModelTrustPolicy.Find("none", app));
        Expect.Code("MR0809", () => ModelTrustPolicy.Find("missing.json", app));
    }

    public void Dispose() => _folder.Dispose();

    private TrustVerdict Check(ModelTrustPolicy policy, params string[] signatures) => new TrustCheck(policy, _clock).Check(_manifest, ManifestDigest, signatures, []);

    private ModelTrustPolicy Policy(string mode = "require", string families = "*") => Load($$"""
        { "schemaVersion": 1,
          "mode": "{{mode}}",
          "signers": [
            { "name": "vision team", "publicKey": "vision.pub.pem", "families": ["{{families}}"] } ] }
        """);

    private ModelTrustPolicy Load(string json) => ModelTrustPolicy.Load(_folder.Write(ModelTrustPolicy.FileName, json));

    private string Sign(string key, Manifest? manifest = null, string? chain = null)
    {
        using var signer = ModelSigner.FromKey(_folder.At($"{key}.pem"), chain is null ? null : _folder.At(chain));
        var bundle = signer.Sign(VersionStatement.Of(manifest ?? _manifest).Write(), "the signature", CancellationToken.None);
        var path = _folder.At($"{bundle.KeyId}.sig");
        bundle.Save(path);
        return path;
    }

    private static Manifest Version(string version, string weights) => new()
    {
        Name = ModelName.Parse("digits"),
        Version = ModelVersion.Parse(version),
        CreatedAt = SigningFolder.Now,
        Files = [new ModelFile { Path = RelativeFilePath.Parse("digits.pth"), Role = "weights", Size = weights.Length, Digest = Digest.Of(Encoding.UTF8.GetBytes(weights)) }],
    };
}
