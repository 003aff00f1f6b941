using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class ErrorTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("digit", "best", "MR0203", "did you mean digits?")]
    [InlineData("digits", "[2.0,3.0)", "MR0205", "1.0.0 is not in [2.0,3.0)")]
    [InlineData("digits", "@production", "MR0209", "has no alias @production")]
    [InlineData("Digits", "best", "MR0101", "use 'digits' for example")]
    [InlineData("digits", "newest", "MR0103", "is not a selector")]
    public void Build_ReferenceCannotBeResolved_PointsAtItsLine(string name, string version, string code, string text)
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", $"""<ModelReference Include="{name}" Version="{version}" />""");

        var output = Fails();

        Workspace.AssertDiagnostic(output, "error", code, "App.proj", text);
        Assert.Contains($"App.proj({LineOf("<ModelReference")},", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_TwoReferencesWithOneIdentifier_AreRefused()
    {
        _work.Models.Register("a-b", "first", 0.5);
        _work.WriteLight("App.proj", """<ModelReference Include="a-b;a.b" />""");

        Workspace.AssertDiagnostic(Fails(), "error", "MR0704", "App.proj", "would both be Models.AB; give one of them another Alias");
    }

    [Fact]
    public void Build_BlobAltered_IsQuarantinedAndOtherStoresAreTried()
    {
        var registered = _work.Models.Register("digits", "first", 0.5);
        var blob = _work.Models.Blob(registered);
        var spare = Path.Combine(_work.Beside("spare"), "blobs", "sha256", Path.GetFileName(blob));
        Directory.CreateDirectory(Path.GetDirectoryName(spare)!);
        File.Copy(blob, spare);
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllText(blob, "FIRST");
        _work.WriteLight("App.proj", """<ModelReference Include="digits" NoWarn="MR0707;MR0710" />""");

        Workspace.AssertDiagnostic(Fails(), "error", "MR0302", "App.proj", "its content was altered; it was put aside in");
        Assert.False(File.Exists(blob));

        var (code, output) = _work.TryDotnet(["msbuild", "App.proj", "-t:Show"], ("MODELREG_FALLBACK_PATHS", _work.Beside("spare")));
        Assert.True(code == 0, output);
        Assert.Equal("first", _work.Read("obj", "App", "models", "digits", "model.pth"));
    }

    [Fact]
    public void Build_StoreGone_NamesEveryPlaceThatWasTried()
    {
        _work.Models.Register("digits", "first", 0.5);
        Directory.Move(_work.Models.Store, _work.Beside("gone"));
        _work.WriteLight("App.proj", """<ModelReference Include="digits" />""");

        var output = Fails();

        Workspace.AssertDiagnostic(output, "error", "MR0301", "App.proj", "is in no store; tried local");
        Assert.Contains("(no such folder), cache ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ManifestEditedByHand_ContradictsTheLock()
    {
        var registered = _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", """<ModelReference Include="digits" NoWarn="MR0707;MR0710" />""");
        _work.Dotnet("msbuild", "App.proj", "-t:Show");
        File.WriteAllText(registered.ManifestPath, File.ReadAllText(registered.ManifestPath).Replace("0.5", "0.99", StringComparison.Ordinal));
        Directory.Delete(_work.In("obj"), recursive: true);

        Workspace.AssertDiagnostic(Fails(), "error", "MR0705", "App.proj", "is not the manifest of digits/1.0.0 that was locked");
    }

    [Fact]
    public void Build_LockFileBroken_SaysWhere()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Write("models.lock.json", "{\n<<<<<<< HEAD\n");
        _work.WriteLight("App.proj", """<ModelReference Include="digits" />""");

        Workspace.AssertDiagnostic(Fails(), "error", "MR0702", "App.proj", "models.lock.json, line 2");
    }

    [Fact]
    public void Build_NoRegistryAnywhere_SaysHowToNameOne()
    {
        using var bare = new Workspace(feed, withRegistry: false);
        bare.WriteLight("App.proj", """<ModelReference Include="digits" />""");

        Assert.Contains("error MR0201: no registry in", bare.FailingDotnet("msbuild", "App.proj", "-t:Show"), StringComparison.Ordinal);
    }

    private string Fails() => _work.FailingDotnet("msbuild", "App.proj", "-t:Show");

    private int LineOf(string text) => Array.FindIndex(_work.Read("App.proj").Split('\n'), line => line.Contains(text, StringComparison.Ordinal)) + 1;
}
