using Microsoft.Build.Utilities;

namespace ModelRegistry.MSBuild.Tests.Tasks;

public sealed class ResolveModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Execute_Best_GivesNamedFileWithMetadata()
    {
        _folder.Register("digits", "better", 0.9);
        _folder.Register("digits", "worse", 0.5);

        using var task = Task("digits", "best");

        Assert.True(task.Execute());
        Assert.Equal(_folder.In("obj", "models", "digits", "w.pth"), task.Path);
        Assert.Equal("better", File.ReadAllText(task.Path!));
        Assert.Equal(("digits/1.0.0", "1.0.0"), (task.Id, task.Version));
        var labels = Assert.Single(task.Files, f => f.GetMetadata("Role") == "labels");
        Assert.Equal("models/digits/labels.txt", labels.GetMetadata("Link"));
        Assert.Equal("models/digits/labels.txt", labels.GetMetadata("TargetPath"));
        Assert.Equal("PreserveNewest", labels.GetMetadata("CopyToOutputDirectory"));
        Assert.Equal("9", labels.GetMetadata("Size"));
        Assert.StartsWith("sha256:", labels.GetMetadata("Digest"), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_OlderVersionThanBefore_WritesFileWithLaterTime()
    {
        _folder.Register("digits", "first", 0.1);
        _folder.Register("digits", "second", 0.2);
        var path = Resolved("1.1.0")!;
        var newer = File.GetLastWriteTimeUtc(path);

        Resolved("1.0.0");

        Assert.Equal("first", File.ReadAllText(path));
        Assert.True(File.GetLastWriteTimeUtc(path) > newer);
    }

    [Fact]
    public void Execute_SameVersionAgain_LeavesFileAlone()
    {
        _folder.Register("digits", "first", 0.1);
        var path = Resolved("latest")!;
        var time = File.GetLastWriteTimeUtc(path);

        Resolved("latest");

        Assert.Equal(time, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void Execute_FileWasOverwritten_RestoresIt()
    {
        _folder.Register("digits", "first", 0.1);
        var path = Resolved("latest")!;
        File.WriteAllText(path, "something else");

        Resolved("latest");

        Assert.Equal("first", File.ReadAllText(path));
    }

    [Fact]
    public void Execute_RoleFilter_PlacesOnlyThat()
    {
        _folder.Register("digits", "first", 0.1);
        using var task = Task("digits", "latest");
        task.Files = [new TaskItem("weights")];

        Assert.True(task.Execute());
        Assert.Single(task.Files);
        Assert.False(File.Exists(_folder.In("obj", "models", "digits", "labels.txt")));
    }

    [Theory]
    [InlineData("digit", "latest", "MR0203", "did you mean digits?")]
    [InlineData("digits", "best:f1", "MR0205", "has no metric 'f1'")]
    [InlineData("digits", "3.1.4", "MR0204", "its newest versions are 1.0.0")]
    [InlineData("../x", "latest", "MR0101", "is not a model name")]
    [InlineData("digits", "&&", "MR0103", "is not a selector")]
    public void Execute_Fails_SaysCodeAndLine(string name, string selector, string code, string text)
    {
        _folder.Register("digits", "first", 0.1);
        using var task = Task(name, selector);

        Assert.False(task.Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal((code, "/src/App.csproj", 12), (error.Code, error.File, error.LineNumber));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"{code}.md", error.HelpLink, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_Cancelled_StopsWithoutError()
    {
        _folder.Register("digits", "first", 0.1);
        using var task = Task("digits", "latest");
        task.Cancel();

        Assert.False(task.Execute());
        Assert.Empty(_engine.Errors);
    }

    [Fact]
    public void Execute_YankedVersion_Warns()
    {
        var id = _folder.Register("digits", "first", 0.1);
        _folder.Register("digits", "second", 0.2);
        _folder.Open().Yank(id, "trained on the test split", ModelVersion.Parse("1.1.0"), commit: false);

        Resolved("1.0.0");

        var warning = Assert.Single(_engine.Warnings);
        Assert.Equal("MR0222", warning.Code);
        Assert.Contains("use 1.1.0 instead", warning.Message, StringComparison.Ordinal);
    }

    private string? Resolved(string selector)
    {
        using var task = Task("digits", selector);
        Assert.True(task.Execute());
        return task.Path;
    }

    private ResolveModel Task(string name, string selector) => new()
    {
        BuildEngine = _engine,
        ProjectDirectory = _folder.Root,
        CacheDirectory = _folder.Cache,
        Name = name,
        Version = selector,
    };
}
