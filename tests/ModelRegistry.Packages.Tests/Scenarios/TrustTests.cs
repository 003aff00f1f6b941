using System.Security.Cryptography;
using ModelRegistry.Packages.Tests.Harness;
using ModelRegistry.Signing;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class TrustTests : IDisposable
{
    private readonly Workspace _work;

    public TrustTests(PackedFeed feed)
    {
        _work = new(feed);
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="best" NoWarn="MR0707;MR0710" />""");
        MakeKey("vision");
        Policy("require");
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public void AnUnsignedModel_FailsUnderRequire_WarnsUnderAccept_AndIsNobodysBusinessWithNone()
    {
        var refused = _work.FailingDotnet("msbuild", "App.proj", "-t:Show");
        Workspace.AssertDiagnostic(refused, "error", "MR0804", "App.proj", "asks for a signature of vision team (line 3)");
        Assert.False(File.Exists(_work.In("models.lock.json")));

        Assert.Contains("item digits/1.0.0", _work.Dotnet("msbuild", "App.proj", "-t:Show", "-p:ModelTrustPolicy=none"), StringComparison.Ordinal);
        Policy("accept");
        var warned = _work.Dotnet("msbuild", "App.proj", "-t:Show");
        Workspace.AssertDiagnostic(warned, "warning", "MR0804", "App.proj", "it is not signed");
        Assert.Contains("item digits/1.0.0", warned, StringComparison.Ordinal);
    }

    [Fact]
    public void ASignedModel_Builds_TheLockSaysByWhom_AndANoOpBuildDoesNoWork()
    {
        Sign("vision");

        Assert.Contains("item digits/1.0.0", Show(), StringComparison.Ordinal);

        Assert.Contains("\"name\": \"vision team\"", _work.Read("models.lock.json"), StringComparison.Ordinal);
        Assert.True(Workspace.Skipped(Show("-v:d")));
    }

    [Fact]
    public void OneFlippedByteOfASignature_FailsTheNextBuild_InAcceptToo()
    {
        var signature = Sign("vision");
        Show();
        Policy("accept");
        var text = File.ReadAllText(signature);
        var at = text.IndexOf("\"sig\":\"", StringComparison.Ordinal) + 30;
        File.WriteAllText(signature, string.Concat(text.AsSpan(0, at), text[at] == 'A' ? "B" : "A", text.AsSpan(at + 1)));

        Workspace.AssertDiagnostic(_work.FailingDotnet("msbuild", "App.proj", "-t:Show"), "error", "MR0801", "App.proj", "is not a signature of vision team");
    }

    [Fact]
    public void AKeyTakenOutOfThePolicy_FailsTheNextBuild_LockedAndWithoutTheRegistryToo()
    {
        Sign("vision");
        Show();
        MakeKey("release");
        Policy("require", "release");

        Assert.Contains("MR0805", _work.FailingDotnet("msbuild", "App.proj", "-t:Show"), StringComparison.Ordinal);
        Directory.Move(_work.Models.Path, _work.Beside("gone"));
        Assert.Contains("MR0805", _work.FailingDotnet("msbuild", "App.proj", "-t:Show", "-p:CI=true"), StringComparison.Ordinal);
        Policy("require");
        var (code, output) = _work.TryDotnet(["msbuild", "App.proj", "-t:Show", "-p:CI=true", "-p:ModelRegistryOffline=true"], ("MODELREG_FALLBACK_PATHS", _work.Models.Store));
        Assert.True(code == 0, output);
        Assert.Contains("item digits/1.0.0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void LockedMode_FailsWhereOthersVouchNow()
    {
        Policy("accept");
        Show();
        Sign("vision");
        Policy("require");

        var refused = _work.FailingDotnet("msbuild", "App.proj", "-t:Show", "-p:CI=true");

        Assert.Contains("MR0701", refused, StringComparison.Ordinal);
        Assert.Contains("(signed by vision team)", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void AKeyThatIsReplacedInItsFile_IsLookedAtAgain()
    {
        Sign("vision");
        Show();
        MakeKey("vision");

        Assert.Contains("MR0805", _work.FailingDotnet("msbuild", "App.proj", "-t:Show"), StringComparison.Ordinal);
    }

    [Fact]
    public void APolicyThatIsNotUnderstood_BuildsNothing()
    {
        Sign("vision");
        _work.Write("models.trust.json", """{ "schemaVersion": 1, "mode": "require", "singers": [] }""");

        Assert.Contains("MR0809", _work.FailingDotnet("msbuild", "App.proj", "-t:Show"), StringComparison.Ordinal);
    }

    private string Show(params string[] more) => _work.Dotnet(["msbuild", "App.proj", "-t:Show", .. more]);

    private void MakeKey(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _work.Write($"keys/{name}.pem", key.ExportPkcs8PrivateKeyPem());
        _work.Write($"keys/{name}.pub.pem", key.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    private void Policy(string mode, string key = "vision") => _work.Write("models.trust.json", $$"""
        { "schemaVersion": 1, "mode": "{{mode}}",
          "signers": [
            { "name": "{{key}} team", "publicKey": "keys/{{key}}.pub.pem", "families": ["digits*"] } ] }
        """);

    private string Sign(string key)
    {
        using var signer = ModelSigner.FromKey(_work.In("keys", $"{key}.pem"));
        return _work.Models.Open().Sign(ModelId.Parse("digits/1.0.0"), signer).Path;
    }
}
