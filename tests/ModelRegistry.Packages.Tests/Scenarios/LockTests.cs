using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class LockTests(PackedFeed feed) : IDisposable
{
    private const string Best = """<ModelReference Include="digits" Version="best" NoWarn="MR0707;MR0710" />""";
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Build_NewerBestExists_HoldsAndSaysSoUntilForced()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", Best);
        Assert.Contains("item digits/1.0.0 models/digits/model.pth", Show(), StringComparison.Ordinal);

        _work.Models.Register("digits", "second", 0.9);
        var held = Show();
        Assert.Contains("item digits/1.0.0", held, StringComparison.Ordinal);
        Assert.Contains("MR0712: 'best' of digits is 1.1.0 now, and is locked at 1.0.0", held, StringComparison.Ordinal);

        var forced = Show("-p:ModelForceEvaluate=true");
        Assert.Contains("models.lock.json: - digits 'best' 1.0.0", forced, StringComparison.Ordinal);
        Assert.Contains("item digits/1.1.0", forced, StringComparison.Ordinal);
        Assert.Contains("item digits/1.1.0", Show(), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_SelectorChanges_IsEvaluatedAndOldEntryGoes()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Models.Register("digits", "second", 0.9);
        _work.WriteLight("App.proj", Best);
        Show();
        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="1.0.0" NoWarn="MR0707;MR0710" />""");

        Assert.Contains("item digits/1.0.0", Show(), StringComparison.Ordinal);
        Assert.DoesNotContain("best", _work.Read("models.lock.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void LockedMode_UpToDate_NeedsNeitherRegistryNorGit()
    {
        var registered = _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", Best);
        Show();
        var store = _work.Beside("store");
        Directory.Move(_work.Models.Store, store);
        Directory.Move(_work.Models.Path, _work.Beside("gone"));
        Directory.Delete(_work.In("obj"), recursive: true);
        Assert.True(File.Exists(Path.Combine(store, "blobs", "sha256", registered.Manifest.Weights.Digest.Hex)));

        var (code, output) = _work.TryDotnet(
            ["msbuild", "App.proj", "-t:Show", "-p:ContinuousIntegrationBuild=true"], ("MODELREG_FALLBACK_PATHS", store), ("PATH", _work.Beside("no-programs")));

        Assert.True(code == 0, output);
        Assert.Contains("item digits/1.0.0", output, StringComparison.Ordinal);
        Assert.Equal("first", _work.Read("obj", "App", "models", "digits", "model.pth"));
    }

    [Fact]
    public void LockedMode_OutOfDate_FailsWithDiffAndWritesNothing()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", Best);
        Show();
        var before = _work.Read("models.lock.json");
        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="1.*" NoWarn="MR0707;MR0710" />""");

        var output = _work.FailingDotnet("msbuild", "App.proj", "-t:Show", "-p:ModelLockedMode=true");

        Workspace.AssertDiagnostic(output, "error", "MR0701", "App.proj", "- digits 'best' 1.0.0, + digits '1.*' 1.0.0");
        Assert.Equal(before, _work.Read("models.lock.json"));
    }

    [Fact]
    public void LockedMode_NoLockFile_SaysSo()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", Best);

        var output = _work.FailingDotnet("msbuild", "App.proj", "-t:Show", "-p:ContinuousIntegrationBuild=true");

        Workspace.AssertDiagnostic(output, "error", "MR0701", "App.proj", "does not exist and the build is in locked mode: + digits 'best' 1.0.0");
        Assert.False(File.Exists(_work.In("models.lock.json")));
    }

    [Fact]
    public void Build_EightProjectsOnOneLock_AgreeAndLoseNothing()
    {
        foreach (var i in Enumerable.Range(0, 4)) _work.Models.Register($"model-{i}", $"weights {i}", 0.5);
        var projects = Enumerable.Range(0, 8).Select(i => $"p{i}/P{i}.proj").ToList();
        foreach (var (project, i) in projects.Select((p, i) => (p, i)))
            _work.WriteLight(project, $"""<ModelReference Include="model-{i % 4};model-{(i + 1) % 4}" Version="best" NoWarn="MR0707;MR0710" />""", "<ModelLockFile>$(MSBuildProjectDirectory)/../models.lock.json</ModelLockFile>");
        _work.Write("All.proj", $"""
            <Project><Target Name="Build"><MSBuild Projects="{string.Join(';', projects)}" Targets="Show" BuildInParallel="true" /></Target></Project>
            """);

        _work.Dotnet("msbuild", "All.proj", "-m:8");

        var locked = _work.Read("models.lock.json");
        Assert.All(Enumerable.Range(0, 4), i => Assert.Contains($"\"model-{i}\"", locked, StringComparison.Ordinal));
        _work.Dotnet("msbuild", "All.proj", "-m:8", "-p:ModelLockedMode=true");
        Assert.Equal(locked, _work.Read("models.lock.json"));
        Assert.False(File.Exists(_work.In("p0", "models.lock.json")));
    }

    [Fact]
    public void Build_CentralVersion_IsUsedWhereTheReferenceNamesNone()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Models.Register("digits", "second", 0.9);
        _work.WriteLight("App.proj", """<ModelVersion Include="digits" Version="1.0.0" /><ModelReference Include="digits" NoWarn="MR0707;MR0710" />""");

        Assert.Contains("item digits/1.0.0", Show(), StringComparison.Ordinal);
    }

    private string Show(params string[] arguments) => _work.Dotnet(["msbuild", "App.proj", "-t:Show", .. arguments]);
}
