using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>What must be refused is refused with a code, and leaves nothing half-done.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public RefusalTests() => _workspace.Register("m", "a", ("accuracy", 0.9));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void MissingFile() => Refused("MR0107", r => r with { Files = [new("nowhere.pth")] });

    [Fact]
    public void EmptyFile() => Refused("MR0108", r => r with { Files = [new(_workspace.File_("empty.pth", ""))] });

    [Fact]
    public void FolderWithoutFiles() => Refused("MR0112", r => r with { Files = [new(Directory.CreateDirectory(Path.Combine(_workspace.Root, "nothing")).FullName)] });

    [Fact]
    public void NoWeights() => Refused("MR0112", r => r with { Files = [new(_workspace.File_("labels.txt", "a"))] });

    [Fact]
    public void TwoFilesOfOneName() => Refused("MR0112", r => r with { Files = [new(_workspace.File_("a/w.pth", "1")), new(_workspace.File_("b/W.PTH", "2"))] });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void MetricThatIsNotFinite(double value) => Refused("MR0104", r => r with { Metrics = new Dictionary<string, double> { ["accuracy"] = value } });

    [Fact]
    public void ShapeWithAZero() => Refused("MR0111", r => r with { Inputs = [new TensorSpec { Name = "x", Shape = [1, 0] }] });

    [Fact]
    public void TypeThatIsNone() => Refused("MR0111", r => r with { Outputs = [new TensorSpec { Name = "x", Dtype = "x", Shape = [1] }] });

    [Fact]
    public void DanglingLinkAsFile()
    {
        var link = Path.Combine(_workspace.Root, "link.pth");
        File.CreateSymbolicLink(link, Path.Combine(_workspace.Root, "gone.pth"));

        Assert.Contains("gone.pth", Refused("MR0107", r => r with { Files = [new(link)] }, compare: false).Hint!, StringComparison.Ordinal);
        File.Delete(link);
    }

    [Fact]
    public void HookThatRefusesTheCommit_LeavesNothing()
    {
        var hook = Path.Combine(_workspace.Root, ".git", "hooks", "pre-commit");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, "#!/bin/sh\necho not today >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Contains("not today", Refused("MR0405", r => r).Message, StringComparison.Ordinal);
        File.Delete(hook);
        Assert.Equal("1.1.0", _workspace.Register("m", "b").Id.Version.Value);
    }

    [Fact]
    public void ForeignIndexLock_IsWaitedForThenReported_AndStaysWhereItIs()
    {
        var held = Path.Combine(_workspace.Root, ".git", "index.lock");
        File.WriteAllText(held, "");

        Refused("MR0404", r => r, compare: false);

        Assert.True(File.Exists(held));
        File.Delete(held);
        Assert.True(_workspace.Open().Doctor(fix: true).Healthy);
        Assert.Equal("1.0.0", _workspace.Resolve("m", "latest"));
        Assert.Equal("1.1.0", _workspace.Register("m", "b").Id.Version.Value);
    }

    [Fact]
    public void MergeInProgress()
    {
        File.WriteAllText(Path.Combine(_workspace.Root, ".git", "MERGE_HEAD"), _workspace.Git("rev-parse", "HEAD"));

        Refused("MR0408", r => r, compare: false);
    }

    [Fact]
    public void GitMissing() => Expect.Code("MR0401", () => RegistrySession.Open(_workspace.Root, _workspace.Options with { GitExecutable = "git-that-is-not-there" }).Registry.Register(_workspace.Request("m", "b")));

    [Fact]
    public void NotARepository()
    {
        using var plain = new Workspace(git: false);

        Assert.Contains("git init", Expect.Code("MR0402", () => plain.Open().Register(plain.Request("m", "a"))).Hint!, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(plain.RegistryRoot, "m"));
        Assert.True(plain.Open().Register(plain.Request("m", "a") with { Commit = false }).Created);
        Assert.Equal("1.0.0", plain.Resolve("m", "latest"));
    }

    [Fact]
    public void UnknownIdentity()
    {
        _workspace.Git("config", "user.useConfigOnly", "true");
        _workspace.Git("config", "user.email", "");
        _workspace.Git("config", "user.name", "");

        Refused("MR0406", r => r);
    }

    [Fact]
    public void ExaminerThatFindsDanger_RefusesUnlessAllowed()
    {
        var options = _workspace.Options with { Examiner = new Suspicious() };
        var before = _workspace.Snapshot();
        var request = _workspace.Request("m", "a");

        Expect.Code("MR0120", () => RegistrySession.Open(_workspace.Root, options).Registry.Register(request with { Notes = "x" }));
        Assert.Equal(before, _workspace.Snapshot());

        Assert.Equal("dangerous", RegistrySession.Open(_workspace.Root, options).Registry.Register(request with { Notes = "x", AllowUnsafe = true }).Manifest.Weights.Scan);
    }

    [Fact]
    public void RegistryThatIsNoDirectory_IsReported() =>
        Expect.Code("MR0201", () => RegistrySession.Open(null, new RegistryOptions { WorkingDirectory = Path.GetPathRoot(Path.GetTempPath())! }));

    [Fact]
    public void BrokenRegistryJson_NamesTheLine()
    {
        _workspace.File_("registry/registry.json", "{\n  \"stores\": [}\n");

        Assert.Contains("line 2", Expect.Code("MR0202", () => _workspace.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NewerSchema_AsksForAnUpdate()
    {
        _workspace.File_("registry/registry.json", "{ \"schemaVersion\": 2 }");

        Expect.Code("MR0214", () => _workspace.Open());
    }

    [Fact]
    public void UnknownModel_NamesNearOnes()
    {
        Assert.Contains("did you mean m?", Expect.Code("MR0203", () => _workspace.Resolve("mm", "latest")).Hint!, StringComparison.Ordinal);
    }

    private Diagnostics.ModelRegistryException Refused(string code, Func<RegistrationRequest, RegistrationRequest> change, bool compare = true)
    {
        var request = change(_workspace.Request("m", "b", ("accuracy", 0.5)));
        var before = compare ? _workspace.Snapshot() : "";

        var failure = Expect.Code(code, () => _workspace.Open().Register(request));

        if (compare) Assert.Equal(before, _workspace.Snapshot());
        return failure;
    }

    private sealed class Suspicious : IFileExaminer
    {
        public IReadOnlyList<FileExamination?> Examine(IReadOnlyList<StagedFile> files, CancellationToken cancellation) =>
            [.. files.Select(_ => new FileExamination { Verdict = "dangerous", Findings = ["posix.system at byte 17"] })];
    }
}
