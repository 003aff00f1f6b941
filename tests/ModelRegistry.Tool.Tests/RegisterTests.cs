using System.Text.Json;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

public sealed class RegisterTests
{
    [Fact]
    public void Register_AFile_IsOneCommitOfItsOwnPathsWithTrailers_AndAStagedChangeStaysStaged()
    {
        using var scratch = new Scratch();
        File.WriteAllText(Path.Combine(scratch.Root, "foreign.txt"), "staged");
        scratch.Git("add", "foreign.txt");
        var before = scratch.CommitCount;

        scratch.Register("resnet18", "weights", "--metric", "accuracy=0.93").Text.ToString();

        Assert.Equal(before + 1, scratch.CommitCount);
        Assert.Equal(["registry/resnet18/family.json", "registry/resnet18/versions/1.0.0.json"], scratch.Git("show", "--format=", "--name-only", "HEAD").Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal("A  foreign.txt", scratch.Git("status", "--porcelain"));
        var trailers = scratch.Git("log", "-1", "--format=%(trailers:only,unfold)").Split('\n');
        Assert.Equal("register resnet18/1.0.0", scratch.Git("log", "-1", "--format=%s"));
        Assert.Contains("Model: resnet18", trailers);
        Assert.Contains("Model-Version: 1.0.0", trailers);
        Assert.Contains(trailers, t => t.StartsWith("Artifact-Digest: sha256:", StringComparison.Ordinal));
        Assert.Contains($"Source-Commit: {scratch.Git("rev-parse", "HEAD~1")}", trailers);
    }

    [Fact]
    public void Register_IntoATrackedStore_CommitsTheBlobsToo()
    {
        using var scratch = new Scratch(trackStore: true);
        scratch.Register("resnet18", "weights").Text.ToString();
        var touched = scratch.Git("show", "--format=", "--name-only", "HEAD").Split('\n');
        Assert.Equal(3, touched.Length);
        Assert.Single(touched, path => path.StartsWith("models/blobs/sha256/", StringComparison.Ordinal));
        Assert.Equal("", scratch.Git("status", "--porcelain"));
    }

    [Fact]
    public void Register_TheSameAgain_PrintsTheExistingIdAndChangesNothing()
    {
        using var scratch = new Scratch();
        scratch.Register("resnet18", "weights", "--metric", "accuracy=0.9").Text.ToString();
        var snapshot = scratch.Snapshot();

        var again = scratch.Register("resnet18", "weights", "--metric", "accuracy=0.9", "--json").Json;

        Assert.Equal("resnet18/1.0.0", again.GetProperty("id").GetString());
        Assert.False(again.GetProperty("created").GetBoolean());
        Assert.Equal(snapshot, scratch.Snapshot());
        Assert.Contains("resnet18/1.0.0", scratch.Register("resnet18", "weights", "--metric", "accuracy=0.9").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Best_FollowsTheMetrics_AndAYank()
    {
        using var scratch = new Scratch();
        string Best(string selector) => scratch.Run("show", "m", selector, "--json").Json.GetProperty("version").GetString()!;
        scratch.Register("m", "one", "--metric", "accuracy=0.90", "--metric", "loss=0.5").Text.ToString();
        scratch.Register("m", "two", "--metric", "accuracy=0.95", "--metric", "loss=0.9").Text.ToString();
        Assert.Equal("1.1.0", Best("best"));
        scratch.Register("m", "three", "--metric", "accuracy=0.91", "--metric", "loss=0.2").Text.ToString();
        Assert.Equal("1.1.0", Best("best"));
        Assert.Equal("1.2.0", Best("latest"));
        Assert.Equal("1.2.0", Best("best:loss:min"));
        Assert.Equal("1.1.0", Best("best:loss:max"));
        scratch.Register("m", "nan", "--metric", "accuracy=NaN").Fails("MR0104", 2);

        scratch.Run("yank", "m/1.1.0", "--reason", "leak").Text.ToString();

        Assert.Equal("1.2.0", Best("best"));
        var exact = scratch.Run("resolve", "m", "1.1.0");
        Assert.Equal(0, exact.ExitCode);
        Assert.StartsWith("warning MR0222: ", exact.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_EveryOption_ReachesTheManifest()
    {
        using var scratch = new Scratch();
        scratch.Register("base", "parent").Text.ToString();
        var metrics = scratch.File_("metrics.json", """{ "accuracy": 0.5, "f1": { "macro": 0.25 } }""");
        var hyperparameters = scratch.File_("params.json", """{ "lr": 0.1, "optimizer": "sgd" }""");
        var labels = scratch.File_("labels.txt", "cat\ndog\n");
        var notes = scratch.File_("card.md", "text");
        scratch.Run(
            "register", "--name", "full", "--file", scratch.WeightsFile("net.safetensors", "w"), labels, $"{notes}:card", "--version", "v2.1.0", "--metrics", metrics, "--metric", "accuracy=0.75",
            "--architecture", "resnet18", "--framework", "pytorch", "--input-shape", "x=1x3x?x-1", "--output-shape", "int64:10", "--dataset", "digits@2", "--parent", "base/1.0.0",
            "--run", "https://ci.example.org/7", "--trained-at", "2026-01-02T03:04:05Z", "--notes", "a note", "--tag", "team=vision", "--param", "batch=64", "--hyperparameters", hyperparameters,
            "--license", "MIT", "--description", "all of it", "--task", "test", "--default-metric", "f1.macro:max", "--preprocessing", """{ "resize": 32, "mean": [0.5], "std": [0.5] }""").Text.ToString();

        var shown = scratch.Run("show", "full", "--json").Json;

        Assert.Equal("full/2.1.0", shown.GetProperty("id").GetString());
        Assert.Equal(0.75, shown.GetProperty("metrics").GetProperty("accuracy").GetDouble());
        Assert.Equal(0.25, shown.GetProperty("metrics").GetProperty("f1.macro").GetDouble());
        Assert.Equal([1L, 3, -1, -1], shown.GetProperty("inputs")[0].GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()));
        Assert.Equal("x", shown.GetProperty("inputs")[0].GetProperty("name").GetString());
        Assert.Equal("int64", shown.GetProperty("outputs")[0].GetProperty("dtype").GetString());
        Assert.Equal("resnet18", shown.GetProperty("architecture").GetString());
        Assert.Equal("pytorch", shown.GetProperty("framework").GetString());
        Assert.Equal(64, shown.GetProperty("hyperparameters").GetProperty("batch").GetInt32());
        Assert.Equal("sgd", shown.GetProperty("hyperparameters").GetProperty("optimizer").GetString());
        Assert.Equal("digits", shown.GetProperty("lineage").GetProperty("dataset").GetProperty("name").GetString());
        Assert.Equal("base/1.0.0", shown.GetProperty("lineage").GetProperty("parent").GetString());
        Assert.Equal("2026-01-02T03:04:05Z", shown.GetProperty("lineage").GetProperty("trainedAt").GetString());
        Assert.Equal("https://ci.example.org/7", shown.GetProperty("lineage").GetProperty("run").GetString());
        Assert.Equal(32, shown.GetProperty("preprocessing").GetProperty("resize").GetInt32());
        Assert.Equal("vision", shown.GetProperty("tags").GetProperty("team").GetString());
        Assert.Equal("MIT", shown.GetProperty("license").GetString());
        Assert.Equal("a note", shown.GetProperty("notes").GetString());
        Assert.Equal(["weights", "card", "labels"], shown.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("role").GetString()!));
        using var family = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(scratch.RegistryRoot, "full", "family.json")));
        Assert.Equal("f1.macro", family.RootElement.GetProperty("metric").GetProperty("name").GetString());
        Assert.Equal("all of it", family.RootElement.GetProperty("description").GetString());
    }

    [Fact]
    public void Register_AMetadataFile_FillsWhatTheCommandLineLeavesOpen()
    {
        using var scratch = new Scratch();
        var metadata = scratch.File_("training.json", """
            { "framework": "pytorch", "architecture": "lenet", "inputs": [{ "name": "x", "dtype": "float32", "shape": [-1, 1, 28, 28] }],
              "hyperparameters": { "lr": 0.004 }, "dataset": { "name": "mnist" }, "extra": { "split": "a" }, "trainedAt": "2026-11-22T00:46:34Z" }
            """);
        scratch.Register("net", "w", "--metadata", metadata, "--architecture", "resnet18").Text.ToString();
        var shown = scratch.Run("show", "net", "--json").Json;
        Assert.Equal("pytorch", shown.GetProperty("framework").GetString());
        Assert.Equal("resnet18", shown.GetProperty("architecture").GetString());
        Assert.Equal(0.004, shown.GetProperty("hyperparameters").GetProperty("lr").GetDouble());
        Assert.Equal("mnist", shown.GetProperty("lineage").GetProperty("dataset").GetProperty("name").GetString());
        Assert.Equal("a", shown.GetProperty("extra").GetProperty("split").GetString());
    }

    [Fact]
    public void Register_AGateThatDoesNotHold_IsRefused()
    {
        using var scratch = new Scratch();
        scratch.Register("m", "one", "--metric", "accuracy=0.9", "--require", "accuracy>=0.8").Text.ToString();
        scratch.Run("promote", "m/1.0.0", "production").Text.ToString();
        var snapshot = scratch.Snapshot();
        scratch.Register("m", "two", "--metric", "accuracy=0.85", "--require", "accuracy>=@production-0.005").Fails("MR0119", 1);
        scratch.Register("m", "two", "--metric", "accuracy=0.85", "--require", "nonsense").Fails("MR0118", 2);
        Assert.Equal(snapshot, scratch.Snapshot());
    }
}
