using System.Text.Json;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

public sealed class RegisterTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Register_FirstVersion_IsOneCommitOfItsOwnPathsWithTrailers()
    {
        var head = _workspace.Git("rev-parse", "HEAD").Trim();

        var result = _workspace.Register("resnet18", "weights", ("accuracy", 0.9));

        Assert.Equal("resnet18/1.0.0", result.Id.ToString());
        Assert.Equal(head, _workspace.Git("rev-parse", "HEAD~1").Trim());
        Assert.Equal(result.Commit, _workspace.Git("rev-parse", "HEAD").Trim());
        Assert.Equal(["registry/resnet18/family.json", "registry/resnet18/versions/1.0.0.json"], Lines(_workspace.Git("show", "--name-only", "--format=", "HEAD")));
        Assert.Equal(
            ["Model: resnet18", "Model-Version: 1.0.0", $"Manifest-Digest: {Digest.Of(File.ReadAllBytes(result.ManifestPath))}", $"Artifact-Digest: {Digest.Of("weights"u8)}", "Numbering: auto", $"Source-Commit: {head}"],
            Lines(Trailers()));
        Assert.Equal("register resnet18/1.0.0", _workspace.Git("log", "-1", "--format=%s").Trim());
        Assert.Equal("", _workspace.Git("status", "--porcelain"));
    }

    [Fact]
    public void Register_KeepsWhatTheUserHadStagedAndChanged()
    {
        _workspace.File_("staged.txt", "staged");
        _workspace.Git("add", "staged.txt");
        _workspace.File_("tracked.txt", "one");
        _workspace.Git("add", "tracked.txt");
        _workspace.Git("commit", "-qm", "tracked", "--", "tracked.txt");
        _workspace.File_("tracked.txt", "two");
        var before = _workspace.Git("status", "--porcelain");

        _workspace.Register("m", "weights");

        Assert.Equal(before, _workspace.Git("status", "--porcelain"));
        Assert.Contains("A  staged.txt", before, StringComparison.Ordinal);
        Assert.Contains(" M tracked.txt", before, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_TheSameAgain_ReturnsTheExistingIdAndWritesNothing()
    {
        var first = _workspace.Register("m", "weights", ("accuracy", 0.9));
        var before = _workspace.Snapshot();

        var second = _workspace.Register("m", "weights", ("accuracy", 0.9));

        Assert.False(second.Created);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Commit, second.Commit);
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void Register_TheSameFileWithOtherMetadata_IsANewVersionOverTheSameBlob()
    {
        _workspace.Register("m", "weights", ("accuracy", 0.9));

        var second = _workspace.Register("m", "weights", ("accuracy", 0.91));

        Assert.True(second.Created);
        Assert.Equal("1.1.0", second.Id.Version.Value);
        Assert.Single(Directory.GetFiles(Path.Combine(_workspace.Root, "models", "blobs", "sha256")));
    }

    [Fact]
    public void Register_ExplicitVersionThatExists_IsAConflictUnlessTheContentIsTheSame()
    {
        var one = ModelVersion.Parse("1.0.0");
        _workspace.Open().Register(_workspace.Request("m", "a") with { Version = one });
        var before = _workspace.Snapshot();

        Assert.False(_workspace.Open().Register(_workspace.Request("m", "a") with { Version = one }).Created);
        _workspace.File_("m.pth", "b");
        var failure = Expect.Code("MR0206", () => _workspace.Open().Register(_workspace.Request("m", "b") with { Version = one }));

        Assert.Equal(4, (int)failure.Diagnostic.Kind);
        _workspace.File_("m.pth", "a");
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Theory]
    [InlineData(VersionStep.Auto, "1.1.0")]
    [InlineData(VersionStep.Major, "2.0.0")]
    [InlineData(VersionStep.Minor, "1.1.0")]
    [InlineData(VersionStep.Patch, "1.0.1")]
    public void Register_NextVersion_IsTheHighestRaised(VersionStep step, string expected)
    {
        _workspace.Register("m", "a");

        Assert.Equal(expected, _workspace.Open().Register(_workspace.Request("m", "b") with { Step = step }).Id.Version.Value);
    }

    [Fact]
    public void Register_AutoBump_IsMajorWhenTheSignatureChanged()
    {
        RegistrationRequest With(string content, long side) => _workspace.Request("m", content) with { Inputs = [new TensorSpec { Name = "x", Shape = [-1, 3, side, side] }] };

        _workspace.Open().Register(With("a", 224));

        Assert.Equal("1.1.0", _workspace.Open().Register(With("b", 224)).Id.Version.Value);
        Assert.Equal("2.0.0", _workspace.Open().Register(With("c", 256)).Id.Version.Value);
        Assert.Equal("2.1.0", _workspace.Open().Register(_workspace.Request("m", "d")).Id.Version.Value);
    }

    [Fact]
    public void Register_WithASlowClock_IsStillTheLatest()
    {
        _workspace.Register("m", "a");
        _workspace.Clock.Advance(TimeSpan.FromDays(-400));

        var second = _workspace.Open().Register(_workspace.Request("m", "b") with { Version = ModelVersion.Parse("0.5.0") });

        Assert.Equal("0.5.0", _workspace.Resolve("m", "latest"));
        Assert.True(second.Manifest.CreatedAt > _workspace.Open().Get(ModelId.Parse("m/1.0.0")).CreatedAt);
    }

    [Fact]
    public void Register_BetterModel_MovesBest_AndYankingItMovesItOn()
    {
        _workspace.Register("m", "a", ("accuracy", 0.9));
        _workspace.Register("m", "b", ("accuracy", 0.95));
        Assert.Equal("1.1.0", _workspace.Resolve("m", "best"));

        _workspace.Open().Yank(ModelId.Parse("m/1.1.0"), "leaks", ModelVersion.Parse("1.0.0"));

        Assert.Equal("1.0.0", _workspace.Resolve("m", "best"));
        Assert.Equal("yank m/1.1.0", _workspace.Git("log", "-1", "--format=%s").Trim());
        Expect.Code("MR0210", () => _workspace.Open().Yank(ModelId.Parse("m/1.1.0")));
    }

    [Fact]
    public void Register_SeveralFiles_KeepsRolesAndPutsWeightsFirst()
    {
        var labels = _workspace.File_("labels.txt", "cat\ndog\n");
        var weights = _workspace.File_("w.safetensors", "tensors");
        var extra = _workspace.File_("deep/readme.md", "hello");

        var result = _workspace.Open().Register(new RegistrationRequest { Name = ModelName.Parse("m"), Files = [new(labels), new(extra), new(weights)] });

        Assert.Equal([("w.safetensors", "weights"), ("labels.txt", "labels"), ("readme.md", "other")], result.Manifest.Files.Select(f => (f.Path.Value, f.Role)));
        Assert.Equal("safetensors", result.Manifest.Weights.Format);
    }

    [Fact]
    public void Register_RecordsEveryFieldOfTheMetadata()
    {
        _workspace.Git("remote", "add", "origin", "https://user:secret@example.org/team/models.git");
        var request = _workspace.Request("m", "a", ("accuracy", 0.5)) with
        {
            Framework = "pytorch",
            Architecture = "resnet18",
            Preprocessing = new Preprocessing { Resize = 256, Crop = 224, Mean = [0.485], Std = [0.25], Layout = "NCHW" },
            Hyperparameters = new Dictionary<string, JsonElement> { ["lr"] = JsonDocument.Parse("0.1").RootElement },
            Dataset = DatasetReference.Parse("digits@1.0"),
            Notes = "Ünïcode \"quoted\"",
            Tags = new Dictionary<string, string> { ["team"] = "vision" },
            License = "MIT",
        };

        var result = _workspace.Open().Register(request);
        var read = _workspace.Open().Get(result.Id);

        Assert.Equal("Test Author <author@example.org>", read.CreatedBy);
        Assert.Equal("https://example.org/team/models.git", read.Lineage!.Repository);
        Assert.Equal("main", read.Lineage.Branch);
        Assert.False(read.Lineage.Dirty);
        Assert.Equal("digits@1.0", read.Lineage.Dataset!.ToString());
        Assert.Equal(0.1, read.Hyperparameters["lr"].GetDouble());
        Assert.Equal("Ünïcode \"quoted\"", read.Notes);
        Assert.Equal(224, read.Preprocessing!.Crop);
        Assert.Equal(ModelRegistry.Json.RegistryJson.Write(result.Manifest), File.ReadAllBytes(result.ManifestPath));
    }

    [Fact]
    public void Register_FromADirtyTree_SaysSo_AndThePolicyRefusesIt()
    {
        _workspace.File_(".gitignore", ".cache/\n*.pth\nchanged\n");

        Assert.True(_workspace.Register("m", "a").Manifest.Lineage!.Dirty);
        Policies("""{ "requireCleanSource": true }""");
        var before = _workspace.Snapshot();
        Expect.Code("MR0114", () => _workspace.Open().Register(_workspace.Request("m", "a") with { Notes = "again" }));
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void Register_WithoutRequiredMetadata_NamesWhatIsMissing()
    {
        Policies("""{ "requiredMetadata": ["framework", "metrics.accuracy", "tags.team"] }""");

        var failure = Expect.Code("MR0113", () => _workspace.Open().Register(_workspace.Request("m", "a", ("accuracy", 0.5))));

        Assert.Contains("framework, tags.team", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accuracy>=0.9", 0.9, true)]
    [InlineData("accuracy>=0.9", 0.89, false)]
    [InlineData("accuracy > @production - 0.005", 0.951, true)]
    [InlineData("accuracy>=@production-0.005", 0.94, false)]
    [InlineData("accuracy>=@staging-0.005", 0.1, true)]
    [InlineData("accuracy>=best", 0.94, false)]
    [InlineData("loss<=0.1", 0.5, false)]
    public void Register_Gate_DecidesByItsBound(string gate, double accuracy, bool passes)
    {
        _workspace.Register("m", "a", ("accuracy", 0.95));
        _workspace.Open().Promote(ModelName.Parse("m"), Selector.Latest, "production");
        var request = _workspace.Request("m", "b", ("accuracy", accuracy)) with { Gates = [Gate.Parse(gate)] };
        var before = _workspace.Snapshot();

        if (passes) Assert.True(_workspace.Open().Register(request).Created);
        else Expect.Code("MR0119", () => _workspace.Open().Register(request));

        if (!passes) Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void Register_WithoutALink_LeavesTheUsersFileHisOwn()
    {
        var request = _workspace.Request("m", "abc");
        var file = request.Files[0].Source;
        var before = File.GetAttributes(file);

        var result = _workspace.Open().Register(request);

        Assert.Equal(before, File.GetAttributes(file));
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserWrite));
        File.AppendAllText(file, "more");
        Assert.Equal("abc", File.ReadAllText(Path.Combine(_workspace.Root, "models", "blobs", "sha256", result.Manifest.Weights.Digest.Hex)));
    }

    [Fact]
    public void Register_WithALink_GivesTheFileASecondName()
    {
        var result = _workspace.Open().Register(_workspace.Request("m", "abc") with { Link = true });

        var blob = Path.Combine(_workspace.Root, "models", "blobs", "sha256", result.Manifest.Weights.Digest.Hex);
        Assert.Equal("abc", File.ReadAllText(blob));
        if (!OperatingSystem.IsWindows()) Assert.Equal(File.GetUnixFileMode(blob), File.GetUnixFileMode(Path.Combine(_workspace.Root, "m.pth")));
    }

    [Fact]
    public void Register_LargeFile_KeepsEveryByte()
    {
        var content = new byte[(5 * 1024 * 1024) + 17];
        new Random(3).NextBytes(content);
        var path = _workspace.File_("big.pth", content);

        var result = _workspace.Open().Register(new RegistrationRequest { Name = ModelName.Parse("big"), Files = [new(path)] });

        Assert.Equal(Digest.Of(content), result.Manifest.Weights.Digest);
        var resolved = _workspace.Open().Resolve(ModelName.Parse("big"), Selector.Latest).Weights.LocalPath!;
        Assert.Equal(content, File.ReadAllBytes(resolved));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(resolved) & UnixFileMode.UserWrite);
    }

    private void Policies(string json)
    {
        var path = Path.Combine(_workspace.RegistryRoot, "registry.json");
        File.WriteAllText(path, File.ReadAllText(path).TrimEnd().TrimEnd('}') + ", \"policies\": " + json + " }");
        _workspace.Git("commit", "-qam", "policies");
        if (_workspace.Git("status", "--porcelain").Length == 0) _workspace.File_("tracked", "x");
        _workspace.Git("add", "-A");
        _workspace.Git("commit", "-qm", "tracked", "--allow-empty");
        _workspace.File_("tracked", "y");
    }

    private string Trailers()
    {
        File.WriteAllText(Path.Combine(_workspace.Root, ".git", "MSG"), _workspace.Git("log", "-1", "--format=%B"));
        return _workspace.Git("interpret-trailers", "--parse", ".git/MSG");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
