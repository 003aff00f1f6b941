using ModelRegistry.Inference.Tests.Goldens;

namespace ModelRegistry.Verification.Tests;

/// <summary>What PyTorch exports runs where it will be served, and gives what PyTorch gives: TorchScript through TorchSharp, ONNX through ONNX Runtime.</summary>
[Collection(ExportedModels.Collection)]
public sealed class ExportedModelTests(ExportedModels models)
{
    [PyTorchTheory]
    [InlineData("traced_resnet18")]
    [InlineData("scripted_mobilenet")]
    [InlineData("scripted_loop")]
    [InlineData("scripted_lstm")]
    [InlineData("traced_lstm")]
    [InlineData("traced_transformer")]
    [InlineData("scripted_numbers")]
    [InlineData("scripted_detector")]
    [InlineData("scripted_segmenter")]
    public void TorchScript_ThroughTorchSharp_GivesWhatPyTorchGives(string name) => Passes(models.Describe(name, ".pt", "torchscript"), Hosts.TorchSharp);

    [PyTorchTheory]
    [InlineData("traced_resnet18")]
    [InlineData("scripted_mobilenet")]
    [InlineData("scripted_loop")]
    [InlineData("traced_lstm")]
    [InlineData("traced_transformer")]
    public void Onnx_ThroughOnnxRuntime_GivesWhatPyTorchGives(string name) => Passes(models.Describe(name, ".onnx", "onnx"), Hosts.OnnxRuntime);

    [PyTorchTheory]
    [InlineData("hostile_writer", "written", "save")]
    [InlineData("hostile_mapper", "mapped", "from_file")]
    public void TorchScript_ThatReachesForFiles_IsRefusedBeforeLibtorchSeesIt_AndNoFileAppears(string name, string file, string operation)
    {
        var report = models.Describe(name, ".pt", "torchscript").Verify(Options(Hosts.TorchSharp));

        var failed = Assert.Single(report.Checks, check => !check.Passed);
        Assert.StartsWith("MR0645: the archive is not loaded, because its scan calls it dangerous", failed.Detail, StringComparison.Ordinal);
        Assert.Contains(operation, failed.Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(models.Folder, file)));
    }

    [PyTorchTheory]
    [InlineData("traced_resnet18")]
    public void TorchScript_WithoutAnInput_SaysWhatItTakes(string name)
    {
        var (manifest, paths) = models.Describe(name, ".pt", "torchscript");

        var report = (manifest with { Files = [manifest.Weights] }, paths).Verify(Options(Hosts.TorchSharp));

        var failed = Assert.Single(report.Checks, check => !check.Passed);
        Assert.StartsWith("MR0616: 0 inputs are given, and the archive takes 1: x (Tensor)", failed.Detail, StringComparison.Ordinal);
    }

    private static void Passes((Manifest Manifest, Dictionary<string, string> Paths) model, EngineHost host)
    {
        var report = model.Verify(Options(host));

        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));
        Assert.Contains(report.Checks, check => check.Name == "golden");
    }

    private static VerifyOptions Options(EngineHost host) => new() { Engine = host.Engine, Engines = EngineCatalogue.BuiltIn.With(host), Threads = 1, Timeout = TimeSpan.FromMinutes(4) };
}

/// <summary>The exports, made once by PyTorch.</summary>
[CollectionDefinition(Collection)]
public sealed class ExportedModels : ICollectionFixture<ExportedModels>, IDisposable
{
    public const string Collection = "exported models";

    private readonly Lazy<string> _folder = new(Make);

    public string Folder => _folder.Value;

    public void Dispose()
    {
        if (_folder.IsValueCreated) Directory.Delete(_folder.Value, recursive: true);
    }

    internal (Manifest Manifest, Dictionary<string, string> Paths) Describe(string name, string extension, string format)
    {
        var sample = File.Exists(Path.Combine(Folder, name + ".input.safetensors")) ? name : "hostile";
        var paths = new Dictionary<string, string> { ["model" + extension] = Path.Combine(Folder, name + extension), ["sample-input.safetensors"] = Path.Combine(Folder, sample + ".input.safetensors") };
        if (sample == name) paths["expected-output.safetensors"] = Path.Combine(Folder, name + ".output.safetensors");
        return (new Manifest
        {
            Name = ModelName.Parse("exported"),
            Version = ModelVersion.First,
            CreatedAt = default,
            Files =
            [
                .. paths.Keys.Select(path => new ModelFile
                {
                    Path = RelativeFilePath.Parse(path),
                    Role = path.StartsWith("model", StringComparison.Ordinal) ? FileRoles.Weights : FileRoles.ByFileName(path),
                    Format = path.StartsWith("model", StringComparison.Ordinal) ? format : null,
                    Size = 1,
                    Digest = Digest.Of("x"u8.ToArray()),
                }),
            ],
        }, paths);
    }

    private static string Make()
    {
        var folder = Directory.CreateTempSubdirectory("modelreg-exports-").FullName;
        var (exitCode, error) = PyTorchTheoryAttribute.Run(Path.Combine(Samples.Root, "tests", "ModelRegistry.Verification.Tests", "fixtures", "make_exports.py"), folder);
        return exitCode == 0 ? folder : throw new InvalidOperationException(error);
    }
}
