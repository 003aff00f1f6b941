using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class RegistryPlaceTests(PackedFeed feed) : IDisposable
{
    private const string Best = """<ModelReference Include="digits" Version="best" NoWarn="MR0707;MR0710" />""";
    private readonly Workspace _work = new(feed, withRegistry: false);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void GitUrl_TrackedStore_IsClonedOnceAndThenTheLockIsEnough()
    {
        var url = Remote(tracked: true);
        _work.WriteLight("App.proj", Best, $"<ModelRegistryRoot>{url}</ModelRegistryRoot>");

        Assert.Contains("item digits/1.0.0", Show(), StringComparison.Ordinal);
        Assert.Equal("first", _work.Read("obj", "App", "models", "digits", "model.pth"));
        Assert.Contains($"\"registry\": \"{url}\"", _work.Read("models.lock.json"), StringComparison.Ordinal);

        // The remote moves on; the lock does not ask it.
        var second = _work.Beside("source");
        new RegistryFolder(second, _work.Cache, open: true).Register("digits", "second", 0.9);
        _work.GitIn(second, "push", "--quiet", "origin", "HEAD");
        Assert.Contains("item digits/1.0.0", Show("-p:ModelLockedMode=true"), StringComparison.Ordinal);
        Assert.Contains("item digits/1.1.0", Show("-p:ModelForceEvaluate=true"), StringComparison.Ordinal);
        Assert.Equal("second", _work.Read("obj", "App", "models", "digits", "model.pth"));

        // Offline, with the remote gone and nothing placed: the cache has it all.
        Directory.Delete(_work.In("obj"), recursive: true);
        Directory.Move(_work.Beside("models.git"), _work.Beside("gone.git"));
        Assert.Contains("item digits/1.1.0", Show("-p:ModelRegistryOffline=true"), StringComparison.Ordinal);
        Assert.Equal("second", _work.Read("obj", "App", "models", "digits", "model.pth"));
    }

    [Fact]
    public void GitUrl_OfflineAndNeverCloned_SaysWhatIsMissing()
    {
        _work.WriteLight("App.proj", Best, $"<ModelRegistryRoot>{Remote(tracked: true)}</ModelRegistryRoot>");

        var output = _work.FailingDotnet("msbuild", "App.proj", "-t:Show", "-p:ModelRegistryOffline=true");

        Assert.Contains("error MR0713: the registry file://", output, StringComparison.Ordinal);
        Assert.Contains("was never cloned on this machine", output, StringComparison.Ordinal);
    }

    [Fact]
    public void GitUrl_LockedButArtifactNowhere_OfflineNamesTheFile()
    {
        _work.WriteLight("App.proj", Best, $"<ModelRegistryRoot>{Remote(tracked: true)}</ModelRegistryRoot>");
        Show();
        Directory.Delete(_work.In("obj"), recursive: true);

        var (code, output) = _work.TryDotnet(["msbuild", "App.proj", "-t:Show", "-p:ModelRegistryOffline=true"], ("MODELREG_CACHE", _work.Beside("other-cache")));

        Assert.NotEqual(0, code);
        Workspace.AssertDiagnostic(output, "error", "MR0713", "App.proj", "model.pth of digits/1.0.0 (sha256:");
    }

    [Fact]
    public void GitUrl_Unreachable_SaysSoWithoutCredentials()
    {
        _work.WriteLight("App.proj", Best, "<ModelRegistryRoot>http://user:secret@127.0.0.1:9/models.git</ModelRegistryRoot>");

        var output = _work.FailingDotnet("msbuild", "App.proj", "-t:Show");

        Assert.Contains("error MR0714: the registry http://127.0.0.1:9/models.git cannot be reached", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", output.Split('\n').First(l => l.Contains("MR0714", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void BareRepository_ByPath_IsARegistry()
    {
        Remote(tracked: true);
        _work.WriteLight("App.proj", Best, "<ModelRegistryRoot>../models.git</ModelRegistryRoot>");

        Assert.Contains("item digits/1.0.0", Show(), StringComparison.Ordinal);
    }

    [Fact]
    public void TwoRegistriesInOneBuild_EachProjectGetsItsOwn()
    {
        foreach (var side in new[] { "left", "right" })
        {
            Directory.CreateDirectory(_work.In(side));
            new RegistryFolder(_work.In(side), _work.Cache, commit: false).Register("digits", $"weights of {side}", 0.5);
            _work.WriteLight($"{side}/P.proj", Best);
        }

        _work.Write("All.proj", """<Project><Target Name="Build"><MSBuild Projects="left/P.proj;right/P.proj" Targets="Show" BuildInParallel="true" /></Target></Project>""");
        _work.Dotnet("msbuild", "All.proj", "-m:2");

        Assert.Equal("weights of left", _work.Read("left", "obj", "P", "models", "digits", "model.pth"));
        Assert.Equal("weights of right", _work.Read("right", "obj", "P", "models", "digits", "model.pth"));
    }

    [Fact]
    public void WorktreeShallowCloneAndNoGit_AllResolve()
    {
        var remote = Remote(tracked: true);
        var source = _work.Beside("source");
        _work.GitIn(source, "worktree", "add", "--quiet", _work.In("tree"), "-b", "other");
        _work.GitIn(_work.Root, "clone", "--quiet", "--depth=1", remote, _work.In("shallow"));
        foreach (var place in new[] { "tree", "shallow" })
        {
            _work.WriteLight($"{place}/App.proj", Best);
            Assert.Contains("item digits/1.0.0", _work.Dotnet("msbuild", $"{place}/App.proj", "-t:Show"), StringComparison.Ordinal);
            Assert.Matches("\"commit\": \"[0-9a-f]{40}\"", _work.Read(place, "models.lock.json"));
        }

        File.Delete(_work.In("shallow", "models.lock.json"));
        Directory.Delete(_work.In("shallow", "obj"), recursive: true);
        Directory.Delete(_work.In("tree", "obj"), recursive: true);
        var (code, output) = _work.TryDotnet(["msbuild", "shallow/App.proj", "-t:Show"], ("PATH", _work.Beside("no-programs")));
        Assert.True(code == 0, output);
        Assert.DoesNotContain("\"commit\"", _work.Read("shallow", "models.lock.json"), StringComparison.Ordinal);
    }

    /// <summary>A bare repository beside the workspace with one model in it.</summary>
    private string Remote(bool tracked)
    {
        var (bare, source) = (_work.Beside("models.git"), _work.Beside("source"));
        _work.GitIn(_work.Root, "init", "--quiet", "--bare", "--initial-branch=main", bare);
        _work.GitIn(bare, "config", "uploadpack.allowFilter", "true");
        _work.GitIn(_work.Root, "init", "--quiet", "--initial-branch=main", source);
        _work.GitIn(source, "config", "user.name", "Test");
        _work.GitIn(source, "config", "user.email", "test@example.org");
        new RegistryFolder(source, _work.Beside("source-cache"), tracked).Register("digits", "first", 0.5);
        var url = new Uri(bare).AbsoluteUri;
        _work.GitIn(source, "remote", "add", "origin", url);
        _work.GitIn(source, "push", "--quiet", "origin", "main");
        return url;
    }

    private string Show(params string[] arguments) => _work.Dotnet(["msbuild", "App.proj", "-t:Show", .. arguments]);
}
