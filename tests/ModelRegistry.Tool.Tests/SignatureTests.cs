using System.Security.Cryptography;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

public sealed class SignatureTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly string _key;
    private readonly string _public;

    public SignatureTests()
    {
        (_key, _public) = MakeKey("release");
        _scratch.Register("resnet18", "weights").Text.ToString();
    }

    [Fact]
    public void Sign_AVersion_IsOneCommitOfOneFile_AndVerifySignatureSaysWhoVouches()
    {
        var signed = _scratch.Run("sign", "resnet18/1.0.0", "--key", _key, "--json").Json.GetProperty("signed")[0];

        var keyId = signed.GetProperty("keyId").GetString();
        Assert.Equal($"registry/resnet18/signatures/1.0.0/{keyId}.sig", _scratch.Git("show", "--format=", "--name-only", "HEAD"));
        Assert.Equal($"sign resnet18/1.0.0 as key {keyId}", _scratch.Git("log", "-1", "--format=%s"));
        Assert.Equal($"resnet18/1.0.0 is signed by release.pub.pem ({keyId})", _scratch.Run("verify-signature", "resnet18", "--public-key", _public).Text);
        Assert.Equal("the registry is healthy", _scratch.Run("doctor").Text);
    }

    [Fact]
    public void Sign_TheSameVersionAgain_WritesNothing_AndAllMissingSignsTheRest()
    {
        _scratch.Run("sign", "resnet18/1.0.0", "--key", _key).Text.ToString();
        var commits = _scratch.CommitCount;
        Assert.Contains("nothing changed", _scratch.Run("sign", "resnet18/1.0.0", "--key", _key).Text, StringComparison.Ordinal);
        Assert.Equal(commits, _scratch.CommitCount);
        _scratch.Register("resnet18", "other weights").Text.ToString();
        _scratch.Register("lenet", "third weights").Text.ToString();

        Assert.Equal(["signed lenet/1.0.0", "signed resnet18/1.1.0"], _scratch.Run("sign", "--all", "--missing", "--key", _key).Text.Split('\n').Select(line => line[..line.IndexOf(" as", StringComparison.Ordinal)]));
    }

    [Fact]
    public void VerifySignature_HoldsAVersionAgainstTheNearestPolicy()
    {
        _scratch.Run("verify-signature", "resnet18").Fails("MR0115", 2);
        File.Copy(_public, Path.Combine(_scratch.Root, "release.pub.pem"));
        File.WriteAllText(Path.Combine(_scratch.Root, "models.trust.json"), """{ "schemaVersion": 1, "mode": "require", "signers": [ { "name": "release team", "publicKey": "release.pub.pem" } ] }""");

        _scratch.Run("verify-signature", "resnet18").Fails("MR0804", 1);
        var (stranger, _) = MakeKey("stranger");
        _scratch.Run("sign", "resnet18", "--key", stranger).Text.ToString();
        _scratch.Run("verify-signature", "resnet18").Fails("MR0805", 1);
        _scratch.Run("sign", "resnet18", "--key", _key).Text.ToString();
        Assert.Equal("release team", _scratch.Run("verify-signature", "resnet18", "--json").Json.GetProperty("signedBy")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Log_ShowsTheSignatureOfEachCommit_HeldAgainstThePolicyOrAFileOfKeys()
    {
        var key = Path.Combine(_scratch.Root, "author");
        using (var made = System.Diagnostics.Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])) made.WaitForExit();
        foreach (var (name, value) in new[] { ("gpg.format", "ssh"), ("user.signingKey", key), ("commit.gpgSign", "true") }) _scratch.Git("config", name, value);
        _scratch.Register("resnet18", "other weights").Text.ToString();
        string[] States(params string[] more) => [.. _scratch.Run(["log", "resnet18", "--json", .. more]).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("signature").GetProperty("state").GetString()!)];

        Assert.Equal(["unknown", "none"], States());
        var signers = Path.Combine(_scratch.Root, "allowed_signers");
        File.WriteAllText(signers, $"author@example.org {File.ReadAllText(key + ".pub")}");
        Assert.Equal(["good", "none"], States("--allowed-signers", signers));
        File.WriteAllText(Path.Combine(_scratch.Root, "models.trust.json"), """{ "schemaVersion": 1, "mode": "require", "commits": { "allowedSigners": "allowed_signers" } }""");
        Assert.Equal(["good", "none"], States());
        Assert.Contains("good (author@example.org)", _scratch.Run("log", "resnet18").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ASignatureThatWasAltered_OrCopiedFromAnotherVersion_IsFoundByVerifySignatureAndDoctor()
    {
        _scratch.Register("resnet18", "other weights").Text.ToString();
        _scratch.Run("sign", "resnet18/1.0.0", "--key", _key).Text.ToString();
        var folder = Path.Combine(_scratch.RegistryRoot, "resnet18", "signatures");
        var signature = Directory.GetFiles(Path.Combine(folder, "1.0.0"))[0];
        Directory.CreateDirectory(Path.Combine(folder, "1.1.0"));
        File.Copy(signature, Path.Combine(folder, "1.1.0", Path.GetFileName(signature)));

        _scratch.Run("verify-signature", "resnet18/1.1.0", "--public-key", _public).Fails("MR0803", 5);
        var found = _scratch.Run("doctor", "--json");
        Assert.Equal(1, found.ExitCode);
        Assert.Contains("MR0803", found.Output, StringComparison.Ordinal);
        File.WriteAllText(signature, "{}");
        _scratch.Run("verify-signature", "resnet18/1.0.0", "--public-key", _public).Fails("MR0802", 5);
    }

    [Fact]
    public void Promote_WherePoliciesAskForASignature_RefusesWhatNobodySigned()
    {
        var settings = Path.Combine(_scratch.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).TrimEnd().TrimEnd('}').TrimEnd() + ",\n  \"policies\": { \"requireSignature\": true }\n}\n");

        _scratch.Run("promote", "resnet18/1.0.0", "production").Fails("MR0804", 1);
        _scratch.Run("sign", "resnet18/1.0.0", "--key", _key).Text.ToString();
        _scratch.Run("promote", "resnet18/1.0.0", "production").Text.ToString();
    }

    [Fact]
    public void Attach_TakesASignatureMadeElsewhere_AndRefusesOneOfOtherFiles()
    {
        _scratch.Run("pull", "resnet18", "--output", Path.Combine(_scratch.Root, "out")).Text.ToString();
        var signature = Path.Combine(_scratch.Root, "elsewhere.sig");
        _scratch.Run("sign", "--path", Path.Combine(_scratch.Root, "out", "resnet18.safetensors"), "--output", signature, "--key", _key).Text.ToString();

        _scratch.Run("attach", "resnet18/1.0.0", signature).Text.ToString();
        Assert.Contains("is signed by", _scratch.Run("verify-signature", "resnet18", "--public-key", _public).Text, StringComparison.Ordinal);
        _scratch.Register("resnet18", "other weights").Text.ToString();
        _scratch.Run("attach", "resnet18/1.1.0", signature).Fails("MR0803", 5);
    }

    [Fact]
    public void Register_WithSign_PutsTheSignatureIntoTheCommitOfTheVersion()
    {
        var keyId = _scratch.Run("sign", "resnet18/1.0.0", "--key", _key, "--json").Json.GetProperty("signed")[0].GetProperty("keyId").GetString();

        _scratch.Register("lenet", "weights", "--sign", "--key", _key).Text.ToString();

        Assert.Equal(
            ["registry/lenet/family.json", $"registry/lenet/signatures/1.0.0/{keyId}.sig", "registry/lenet/versions/1.0.0.json"],
            _scratch.Git("show", "--format=", "--name-only", "HEAD").Split('\n').Order(StringComparer.Ordinal));
        _scratch.Run("verify-signature", "lenet", "--public-key", _public).Text.ToString();
        _scratch.Register("lenet", "more weights", "--sign").Fails("MR0115", 2);
    }

    [Fact]
    public void Register_WithProvenance_StatesHowTheVersionWasMade_AndAPolicyMayAskForIt()
    {
        _scratch.Git("remote", "add", "origin", "https://example.org/team/training.git");
        _scratch.Set("GITHUB_WORKFLOW_REF", "team/training/.github/workflows/train.yml@refs/heads/main");
        _scratch.Register("lenet", "weights", "--sign", "--provenance", "--key", _key, "--hyperparameter", "lr=0.1").Text.ToString();

        var stated = _scratch.Run("lineage", "lenet", "--json").Json.GetProperty("provenance")[0];
        Assert.Equal("https://github.com/team/training/.github/workflows/train.yml@refs/heads/main", stated.GetProperty("builder").GetString());
        Assert.True(stated.GetProperty("matches").GetBoolean());
        File.Copy(_public, Path.Combine(_scratch.Root, "release.pub.pem"));
        void Policy(string branch) => File.WriteAllText(Path.Combine(_scratch.Root, "models.trust.json"), $$"""
            { "schemaVersion": 1, "mode": "require", "signers": [ { "name": "release", "publicKey": "release.pub.pem" } ],
              "provenance": { "repository": "https://example.org/team/training.git", "branch": "{{branch}}" } }
            """);
        Policy("main");
        _scratch.Run("verify-signature", "lenet").Text.ToString();
        Policy("release");
        Assert.Contains("its branch is main", _scratch.Run("verify-signature", "lenet").Fails("MR0811", 1).Errors, StringComparison.Ordinal);
        _scratch.Run("sign", "resnet18", "--key", _key).Text.ToString();
        _scratch.Run("verify-signature", "resnet18").Fails("MR0811", 1);
    }

    [Fact]
    public void AStatementOfHowAVersionWasMade_IsAttached_AndOneOfAnotherVersion_IsRefused_AndFoundByDoctor()
    {
        _scratch.Register("lenet", "weights", "--sign", "--provenance", "--key", _key).Text.ToString();
        var stated = Assert.Single(Directory.GetFiles(Path.Combine(_scratch.RegistryRoot, "lenet", "signatures", "1.0.0"), "*.provenance.json"));
        var elsewhere = _scratch.File_("ci.provenance.json", File.ReadAllText(stated));
        _scratch.Git("rm", "--quiet", stated);
        _scratch.Git("commit", "--quiet", "-m", "as if CI had kept it");
        _scratch.Register("lenet", "better weights").Text.ToString();

        _scratch.Run("attach", "lenet/1.1.0", elsewhere).Fails("MR0803", 5);
        _scratch.Run("attach", "lenet/1.0.0", elsewhere).Text.ToString();
        Assert.True(_scratch.Run("lineage", "lenet/1.0.0", "--json").Json.GetProperty("provenance")[0].GetProperty("matches").GetBoolean());
        Assert.Equal("the registry is healthy", _scratch.Run("doctor").Text);

        var beside = Directory.CreateDirectory(Path.Combine(_scratch.RegistryRoot, "lenet", "signatures", "1.1.0")).FullName;
        File.Copy(stated, Path.Combine(beside, Path.GetFileName(stated)));
        var found = _scratch.Run("doctor", "--json");
        Assert.Equal(1, found.ExitCode);
        Assert.Contains("does not say how lenet/1.1.0 was made", found.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolder_WithAFileThatNobodySigned_IsRefusedUnlessSuchFilesAreIgnored()
    {
        var model = Directory.CreateDirectory(Path.Combine(_scratch.Root, "model")).FullName;
        File.WriteAllText(Path.Combine(model, "weights.bin"), "weights");
        var signature = Path.Combine(_scratch.Root, "model.sig");
        _scratch.Run("sign", "--path", model, "--output", signature, "--key", _key).Text.ToString();
        File.WriteAllText(Path.Combine(model, "README.md"), "added later");

        _scratch.Run("verify-signature", "--path", model, "--signature", signature, "--public-key", _public).Fails("MR0803", 5);
        Assert.Contains("1 file", _scratch.Run("verify-signature", "--path", model, "--signature", signature, "--public-key", _public, "--ignore-unsigned-files").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_WithProvenanceAndNobodyWhoSigns_RegistersNothing()
    {
        var before = _scratch.Snapshot();

        _scratch.Register("lenet", "weights", "--provenance").Fails("MR0115", 2);

        Assert.Equal(before, _scratch.Snapshot());
    }

    [Fact]
    public void AnEncryptedKey_TakesItsPasswordFromTheEnvironment_AndIsNeverShown()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = _scratch.File_("encrypted.pem", key.ExportEncryptedPkcs8PrivateKeyPem("correct horse", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        _scratch.Run("sign", "resnet18", "--key", path).Fails("MR0807", 2);
        _scratch.Set("MODELREG_SIGNING_PASSWORD", "wrong");
        Assert.DoesNotContain("wrong", _scratch.Run("sign", "resnet18", "--key", path).Fails("MR0807", 2).Errors, StringComparison.Ordinal);
        _scratch.Set("MODELREG_SIGNING_PASSWORD", "correct horse");
        _scratch.Run("sign", "resnet18", "--key", path).Text.ToString();
    }

    [Fact]
    public void Sign_WithNothingToSignOrNobodyWhoSigns_IsAUsageError()
    {
        _scratch.Run("sign", "--key", _key).Fails("MR0115", 2);
        _scratch.Run("sign", "resnet18").Fails("MR0115", 2);
        _scratch.Run("sign", "resnet18", "--all", "--key", _key).Fails("MR0115", 2);
        _scratch.Run("sign", "--path", _scratch.Root, "--key", _key).Fails("MR0115", 2);
        _scratch.Run("verify-signature").Fails("MR0115", 2);
    }

    public void Dispose() => _scratch.Dispose();

    private (string Private, string Public) MakeKey(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (_scratch.File_($"{name}.pem", key.ExportPkcs8PrivateKeyPem()), _scratch.File_($"{name}.pub.pem", key.ExportSubjectPublicKeyInfoPem() + "\n"));
    }
}
