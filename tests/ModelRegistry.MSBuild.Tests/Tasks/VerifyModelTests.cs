using Microsoft.Build.Utilities;

namespace ModelRegistry.MSBuild.Tests.Tasks;

/// <summary>Runs the child process on the repository's small trained network.</summary>
public sealed class VerifyModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Execute_TrainedNetwork_PassesAndIsRecorded()
    {
        Register("digits", "resnet18", "digits-resnet18.pth");

        using var task = Task(record: true);

        Assert.True(task.Execute(), string.Join('\n', _engine.Errors.Select(e => e.Message)));
        Assert.Equal("digits/1.0.0", task.Id);
        Assert.True(_folder.Open().GetVerification(ModelId.Parse("digits/1.0.0"))!.Passed);
    }

    [Fact]
    public void Execute_OtherArchitectureThanTheWeights_IsAnErrorThatNamesTheCheck()
    {
        Register("digits", "resnet50", "digits-resnet18.pth");

        using var task = Task(record: false);

        Assert.False(task.Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal("MR0642", error.Code);
        Assert.Contains("digits/1.0.0 failed its verification", error.Message, StringComparison.Ordinal);
        Assert.Null(_folder.Open().GetVerification(ModelId.Parse("digits/1.0.0")));
    }

    private void Register(string name, string architecture, string weights)
    {
        using var register = new RegisterModel
        {
            BuildEngine = _engine,
            ProjectDirectory = _folder.Root,
            CacheDirectory = _folder.Cache,
            Name = name,
            Architecture = architecture,
            Inputs = [Tensor("x", "-1x1x28x28")],
            Files = [new TaskItem(Path.Combine(SampleFolder(), weights)), new TaskItem(Path.Combine(SampleFolder(), "labels.txt"))],
            CreateCommit = false,
        };
        Assert.True(register.Execute(), string.Join('\n', _engine.Errors.Select(e => e.Message)));
    }

    private static TaskItem Tensor(string name, string shape)
    {
        var item = new TaskItem(name);
        item.SetMetadata("Shape", shape);
        return item;
    }

    private static string SampleFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ModelRegistry.sln"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "samples", "digits", "resnet18-improved");
    }

    private VerifyModel Task(bool record) => new()
    {
        BuildEngine = _engine,
        ProjectDirectory = _folder.Root,
        CacheDirectory = _folder.Cache,
        Name = "digits",
        Record = record,
        CreateCommit = false,
    };
}
