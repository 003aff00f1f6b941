using Cake.Core;
using Cake.ModelRegistry.Tests.Support;
using ModelRegistry;

namespace Cake.ModelRegistry.Tests.Aliases;

public sealed class RegisterModelTests : IDisposable
{
    private readonly ScriptRepository _repository = new();
    private readonly ScriptContext _context;

    public RegisterModelTests() => _context = new ScriptContext(_repository.Root);

    [Fact]
    public void RegisterModel_PathsOfTheScript_AreRelativeToItsWorkingDirectory()
    {
        _repository.WriteWeights("out/model.pth", "weights");

        var model = _context.RegisterModel(new RegisterModelSettings { Name = "digits", Files = { "out/model.pth" } });

        Assert.Equal("digits/1.0.0", model.Id);
        Assert.True(model.Created);
        Assert.Equal(_repository.Git("rev-parse", "HEAD"), model.Commit);
        Assert.StartsWith("register digits/1.0.0", _repository.Git("log", "-1", "--format=%s"), StringComparison.Ordinal);
        Assert.Contains(_context.Lines, line => line.StartsWith("Information: registered digits/1.0.0 in commit", StringComparison.Ordinal));
    }

    [Fact]
    public void RegisterModel_AllSettings_ReachTheManifest()
    {
        _repository.WriteWeights("model.pth", "weights");
        _repository.Write("names.txt", "zero\none\n");
        _repository.Write("metrics.json", """{ "accuracy": 0.9, "loss": 0.3 }""");
        _repository.Write("training.json", """{ "framework": "pytorch", "architecture": "lenet", "hyperparameters": { "lr": 0.1, "epochs": 2 }, "dataset": { "name": "mnist" } }""");

        var model = _context.RegisterModel(new RegisterModelSettings
        {
            Name = "digits",
            Files = { "model.pth", new ModelSource("names.txt", "labels", "labels.txt") },
            Version = "2.0.0-rc.1",
            MetadataFile = "training.json",
            Architecture = "resnet18",
            MetricsFile = "metrics.json",
            Metrics = { ["accuracy"] = 0.95 },
            Inputs = { "-1x1x28x28" },
            Outputs = { "logits=float32:?x10" },
            Preprocessing = new PreprocessingSettings { Resize = 28, Mean = { 0.5 }, Std = { 0.25 } },
            Hyperparameters = { ["epochs"] = 20, ["optimizer"] = "adamw", ["amp"] = true },
            TrainedAt = new DateTimeOffset(2026, 11, 21, 19, 30, 0, TimeSpan.Zero),
            Run = "https://ci.example.org/7",
            Notes = "second run",
            Tags = { ["team"] = "vision" },
            License = "MIT",
            Description = "Reads digits.",
            DefaultMetric = "loss:min",
        });

        var registry = RegistrySession.Open(_repository.Root).Registry;
        var manifest = registry.Get(ModelId.Parse(model.Id));
        Assert.Equal("2.0.0-rc.1", model.Version);
        Assert.Equal(("pytorch", "resnet18"), (manifest.Framework, manifest.Architecture));
        Assert.Equal([KeyValuePair.Create("accuracy", 0.95), KeyValuePair.Create("loss", 0.3)], manifest.Metrics);
        Assert.Equal("input: float32[?, 1, 28, 28]", manifest.Inputs[0].ToString());
        Assert.Equal("logits: float32[?, 10]", manifest.Outputs[0].ToString());
        Assert.Equal(28, manifest.Preprocessing!.Resize);
        Assert.Equal(["amp", "epochs", "lr", "optimizer"], manifest.Hyperparameters.Keys);
        Assert.Equal(20, manifest.Hyperparameters["epochs"].GetInt32());
        Assert.Equal(["model.pth weights", "labels.txt labels"], manifest.Files.Select(f => $"{f.Path} {f.Role}"));
        Assert.Equal("mnist", manifest.Lineage!.Dataset!.Name);
        Assert.Equal("https://ci.example.org/7", manifest.Lineage.Run);
        Assert.Equal(("second run", "MIT", "vision"), (manifest.Notes, manifest.License, manifest.Tags["team"]));
        Assert.Equal("loss", registry.GetFamily(manifest.Name).Settings.Metric!.Name);
    }

    [Fact]
    public void RegisterModel_SameContentAgain_ReturnsTheVersionThatExists()
    {
        _repository.WriteWeights("model.pth", "weights");
        var settings = new RegisterModelSettings { Name = "digits", Files = { "model.pth" } };
        var first = _context.RegisterModel(settings);

        var second = _context.RegisterModel(settings);

        Assert.False(second.Created);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Commit, _repository.Git("rev-parse", "HEAD"));
    }

    [Fact]
    public void RegisterModel_WithoutCommit_LeavesHistoryAlone()
    {
        _repository.WriteWeights("model.pth", "weights");
        var before = _repository.Git("rev-parse", "HEAD");

        var model = _context.RegisterModel(new RegisterModelSettings { Name = "digits", Files = { "model.pth" }, Commit = false });

        Assert.Null(model.Commit);
        Assert.Equal(before, _repository.Git("rev-parse", "HEAD"));
        Assert.True(File.Exists(model.ManifestPath.FullPath));
    }

    [Theory]
    [InlineData("Digits", "model.pth", null, "error MR0101: ")]
    [InlineData("digits", "missing.pth", null, "error MR0107: ")]
    [InlineData("digits", "model.pth", "sideways", "error MR0102: ")]
    public void RegisterModel_BadInput_IsOneCodedLine(string name, string file, string? bump, string expected)
    {
        _repository.WriteWeights("model.pth", "weights");

        var failure = Assert.Throws<CakeException>(() =>
            _context.RegisterModel(new RegisterModelSettings { Name = name, Files = { file }, Bump = bump }));

        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Equal(2, failure.ExitCode);
    }

    [Fact]
    public void RegisterModel_NaNMetricOrGateNotMet_IsRefused()
    {
        _repository.WriteWeights("model.pth", "weights");

        var notANumber = Assert.Throws<CakeException>(() => _context.RegisterModel(
            new RegisterModelSettings { Name = "digits", Files = { "model.pth" }, Metrics = { ["accuracy"] = double.NaN } }));
        var gate = Assert.Throws<CakeException>(() => _context.RegisterModel(
            new RegisterModelSettings { Name = "digits", Files = { "model.pth" }, Metrics = { ["accuracy"] = 0.8 }, Require = { "accuracy>=0.9" } }));

        Assert.StartsWith("error MR0104: ", notANumber.Message, StringComparison.Ordinal);
        Assert.StartsWith("error MR0119: ", gate.Message, StringComparison.Ordinal);
        Assert.Equal(1, gate.ExitCode);
        Assert.Empty(RegistrySession.Open(_repository.Root).Registry.Names());
    }

    [Fact]
    public void ModelFile_ColonOfADrive_IsNoRole()
    {
        Assert.Equal(new ModelSource("out/a.bin", "labels"), ModelSource.Parse("out/a.bin:labels"), Same);
        Assert.Null(ModelSource.Parse("C:model.pth").Role);
        Assert.Null(ModelSource.Parse("C:/model.pth").Role);

        static bool Same(ModelSource left, ModelSource right) => left.Path.FullPath == right.Path.FullPath && left.Role == right.Role;
    }

    public void Dispose() => _repository.Dispose();
}
