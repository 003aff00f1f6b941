namespace ModelRegistry.MSBuild.Tests.Tasks;

public sealed class PublishModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public PublishModelsTests()
    {
        _folder.Register("digits", "weights", 0.9);
        var settings = _folder.In("registry", "registry.json");
        File.WriteAllText(settings, """{ "schemaVersion": 1, "stores": [ { "name": "local", "path": "../models" }, { "name": "share", "path": "../share" } ] }""");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Execute_PutsTheFilesIntoTheOtherStore_AndSendsNothingTheSecondTime()
    {
        using var first = Task();
        using var second = Task();

        Assert.True(first.Execute(), string.Join('\n', _engine.Errors.Select(e => e.Message)));
        Assert.True(second.Execute());

        Assert.Equal(2, Directory.EnumerateFiles(_folder.In("share", "blobs", "sha256")).Count());
        Assert.Equal(("digits/1.0.0", "pushed"), (first.Published[0].ItemSpec, first.Published[0].GetMetadata("State")));
        Assert.Equal(("present", "0"), (second.Published[0].GetMetadata("State"), second.Published[0].GetMetadata("Sent")));
    }

    [Fact]
    public void Execute_CheckOnly_WhatTheStoreLacksIsAnError()
    {
        using var task = Task(check: true);

        Assert.False(task.Execute());

        Assert.Equal("MR0327", Assert.Single(_engine.Errors).Code);
        Assert.False(Directory.Exists(_folder.In("share")));
    }

    private PublishModels Task(bool check = false) => new() { BuildEngine = _engine, ProjectDirectory = _folder.Root, CacheDirectory = _folder.Cache, Models = ["digits"], Store = "share", CheckOnly = check };
}
