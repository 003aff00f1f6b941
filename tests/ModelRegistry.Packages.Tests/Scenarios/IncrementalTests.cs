using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class IncrementalTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Build_NothingChanged_RunsNoTask_AndAnyChangeRunsIt()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Models.Promote("digits", "1.0.0", "production");
        _work.WriteLight("App.proj", Reference(""));
        Assert.False(Skips());
        Assert.True(Skips());
        Assert.False(Skips("-p:ModelForceEvaluate=true"));
        Assert.True(Skips());

        _work.Models.Register("digits", "second", 0.4);
        Assert.False(Skips());
        Assert.True(Skips());

        _work.Models.Yank("digits/1.0.0");
        Assert.False(Skips());
        Assert.True(Skips());

        _work.WriteLight("App.proj", Reference("""LinkBase="net" """));
        Assert.False(Skips());
        Assert.True(Skips());

        File.Delete(_work.In("obj", "App", "Models.g.cs"));
        Assert.False(Skips());
        Assert.True(File.Exists(_work.In("obj", "App", "Models.g.cs")));
    }

    [Fact]
    public void DesignTimeBuild_NeverResolves_AndShowsWhatIsThere()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", Reference(""));

        _work.Dotnet("msbuild", "App.proj", "-t:Show", "-p:DesignTimeBuild=true", "-p:BuildingProject=false");
        Assert.False(File.Exists(_work.In("models.lock.json")));
        Assert.False(Directory.Exists(_work.In("obj")));

        _work.Dotnet("msbuild", "App.proj", "-t:Show");
        var shown = _work.Dotnet("msbuild", "App.proj", "-t:Show", "-p:DesignTimeBuild=true", "-p:BuildingProject=false");
        Assert.Contains("item digits/1.0.0 models/digits/model.pth", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OptedOutOfCode_WritesNone()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", Reference(""), "<ModelGenerateCode>false</ModelGenerateCode>");

        _work.Dotnet("msbuild", "App.proj", "-t:Show");

        Assert.False(File.Exists(_work.In("obj", "App", "Models.g.cs")));
    }

    [Fact]
    public void Build_Skipped_DoesNothing()
    {
        _work.WriteLight("App.proj", Reference(""));

        _work.Dotnet("msbuild", "App.proj", "-t:Show", "-p:ModelRegistrySkip=true");

        Assert.False(Directory.Exists(_work.In("obj")));
    }

    private static string Reference(string metadata) => $"""<ModelReference Include="digits" Version="1.0.0" NoWarn="MR0707;MR0710;MR0222" {metadata}/>""";

    private bool Skips(params string[] arguments) => Workspace.Skipped(_work.Dotnet(["msbuild", "App.proj", "-t:Show", "-v:detailed", .. arguments]));
}
