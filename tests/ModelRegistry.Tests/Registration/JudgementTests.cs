using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>What takes long or looks into files happens to what was staged, and before the registry is locked.</summary>
public sealed class JudgementTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Judging_DoesNotHoldTheLock()
    {
        var request = _workspace.Request("slow", "a");

        var result = _workspace.Open().Register(request with { Judge = (_, _) => _workspace.Register("quick", "b") });

        Assert.True(result.Created);
        Assert.Equal("1.0.0", _workspace.Resolve("quick", "latest"));
        Assert.Equal("1.0.0", _workspace.Resolve("slow", "latest"));
    }

    [Fact]
    public void Judging_ARaceForTheNumber_TheLaterCommitGetsTheNext()
    {
        var request = _workspace.Request("m", "a");

        var result = _workspace.Open().Register(request with { Judge = (_, _) => _workspace.Register("m", "b") });

        Assert.Equal("1.1.0", result.Id.Version.Value);
    }

    [Fact]
    public void Judge_ThatRefuses_LeavesNothing()
    {
        var request = _workspace.Request("m", "a");
        var before = _workspace.Snapshot();

        Assert.Throws<InvalidOperationException>(() => _workspace.Open().Register(request with { Judge = (_, _) => throw new InvalidOperationException() }));

        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void Judge_IsNotAskedAboutWhatIsRegistered()
    {
        _workspace.Register("m", "a");

        var result = _workspace.Open().Register(_workspace.Request("m", "a") with { Judge = (_, _) => throw new InvalidOperationException() });

        Assert.False(result.Created);
    }

    [Fact]
    public void Judge_SeesTheStagedFilesAtTheirPathsInsideTheModel()
    {
        var labels = _workspace.File_("names/of/classes.txt", "x\n");
        var request = _workspace.Request("m", "a");
        request = request with { Files = [.. request.Files, new FileToRegister(labels, "labels", RelativeFilePath.Parse("text/labels.txt"))] };

        _workspace.Open().Register(request with
        {
            Judge = (manifest, files) =>
            {
                Assert.Equal(["m.pth", "text/labels.txt"], files.Select(f => f.Path.Value));
                Assert.Equal(["m.pth", "text/labels.txt"], manifest.Files.Select(f => f.Path.Value));
                Assert.Equal("x\n", File.ReadAllText(files[1].Location));
                Assert.EndsWith("text/labels.txt", files[1].Location.Replace('\\', '/'), StringComparison.Ordinal);
                Assert.NotEqual(labels, files[1].Location);
            },
        });
    }

    [Fact]
    public void Examiner_JudgesWhatWillBeStored_NotWhatIsNamed()
    {
        var request = _workspace.Request("m", "staged");
        var swapping = new Swapping();

        var result = RegistrySession.Open(_workspace.Root, _workspace.Options with { Examiner = swapping }).Registry.Register(request);

        Assert.Equal("staged", swapping.Seen);
        Assert.Equal(Digest.Of("staged"u8), result.Manifest.Weights.Digest);
    }

    /// <summary>Somebody replaces the named file as soon as the scan begins.</summary>
    private sealed class Swapping : IFileExaminer
    {
        public string? Seen { get; private set; }

        public IReadOnlyList<FileExamination?> Examine(IReadOnlyList<StagedFile> files, CancellationToken cancellation)
        {
            File.WriteAllText(files[0].Source, "swapped");
            Seen = File.ReadAllText(files[0].Location);
            return [null];
        }
    }
}
