using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Checks;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Verification.Tests;

/// <summary>Which engine runs a model, and what several of them come to together.</summary>
public sealed class EngineChoiceTests : IDisposable
{
    private static readonly EngineHost OnnxRuntime = Hosts.OnnxRuntime with { Formats = ["onnx"] };
    private static readonly EngineHost TorchSharp = Hosts.TorchSharp with { Formats = ["pytorch-state-dict", "pytorch-legacy", "torchscript", "safetensors"] };

    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-choice-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("pytorch-state-dict", "resnet18", "managed", "managed torchsharp")]
    [InlineData("safetensors", null, "managed", "managed torchsharp")]
    [InlineData("onnx", null, "onnxruntime", "onnxruntime")]
    [InlineData("onnx", "resnet18", "onnxruntime", "onnxruntime")]
    [InlineData("torchscript", null, "torchsharp", "torchsharp")]
    [InlineData("torchscript", "resnet18", "torchsharp", "managed torchsharp")]
    [InlineData("gguf", null, "managed", "managed")]
    [InlineData(null, null, "managed", "managed")]
    public void Format_ChoosesTheEngine_WhereAllAreInstalled(string? format, string? architecture, string chosen, string all)
    {
        var catalogue = EngineCatalogue.BuiltIn.With(OnnxRuntime).With(TorchSharp);

        Assert.Equal(chosen, catalogue.For(Model(format, architecture)).Engine);
        Assert.Equal(all, string.Join(' ', catalogue.AllFor(Model(format, architecture)).Select(host => host.Engine)));
    }

    [Theory]
    [InlineData("onnx", null, "modelreg engine add onnxruntime")]
    [InlineData("torchscript", null, "modelreg engine add torchsharp")]
    [InlineData("torchscript", "a network of mine", "modelreg engine add torchsharp")]
    public void Format_WithoutItsEngine_IsACodedErrorWithTheCommandThatInstallsIt(string format, string? architecture, string command)
    {
        var failures = new[] { Assert.Throws<ModelRegistryException>(() => EngineCatalogue.BuiltIn.For(Model(format, architecture))), Assert.Throws<ModelRegistryException>(() => EngineCatalogue.BuiltIn.AllFor(Model(format, architecture))) };

        Assert.All(failures, failure =>
        {
            Assert.Equal("MR0654", failure.Code);
            Assert.Contains(command, failure.Hint, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void TorchScript_WithAnArchitecture_RunsManagedWhereTorchSharpIsNotInstalled() => Assert.Equal("managed", EngineCatalogue.BuiltIn.For(Model("torchscript", "resnet18")).Engine);

    [Theory]
    [InlineData("torchsharp", "MR0654")]
    [InlineData("onnxruntime", "MR0654")]
    [InlineData("other", "MR0641")]
    public void EngineThatIsNotThere_IsACodedError(string engine, string code) => Assert.Equal(code, Assert.Throws<ModelRegistryException>(() => EngineCatalogue.BuiltIn.Get(engine)).Code);

    [Fact]
    public void AllEngines_AgreeOnATrainedNetwork_AndTheRecordNamesThemWithTheirVersions()
    {
        Registry.Initialise(_folder, new InitOptions { Commit = false });
        var registry = RegistrySession.Open(_folder, new RegistryOptions { Examiner = new WeightsExaminer() }).Registry;
        var (manifest, paths) = Samples.Describe("resnet18-improved");
        var id = registry.Register(new RegistrationRequest
        {
            Name = ModelName.Parse("digits"),
            Files = [.. paths.Values.Select(path => new FileToRegister(path))],
            Architecture = manifest.Architecture,
            Inputs = manifest.Inputs,
            Outputs = manifest.Outputs,
            Commit = false,
        }).Id;

        var comparison = Verifier.VerifyWithAll(registry, registry.Resolve(id.Name, Selector.Latest), new VerifyOptions { Engines = EngineCatalogue.BuiltIn.With(TorchSharp).With(OnnxRuntime), Threads = 1, Timeout = TimeSpan.FromMinutes(4), Commit = false });

        Assert.True(comparison.Passed, string.Join("; ", comparison.Reports.SelectMany(report => report.Checks).Where(check => !check.Passed)));
        Assert.Equal(["managed", "torchsharp"], comparison.Reports.Select(report => report.Engine));
        Assert.InRange(comparison.Difference!.Relative, 0, 1e-4);
        var record = registry.Resolve(id.Name, Selector.Latest).Verification!;
        Assert.Equal("managed, torchsharp", record.Engine);
        Assert.Contains("libtorch", record.EngineVersion, StringComparison.Ordinal);
        Assert.Contains(record.Checks, check => check is { Name: "torchsharp: golden", Passed: true });
        Assert.Contains(record.Checks, check => check is { Name: "agreement", Passed: true });
    }

    [Theory]
    [InlineData(new[] { 1f, -4f }, new[] { 1f, -4f }, 0, true)]
    [InlineData(new[] { 1f, -4f }, new[] { 1.0002f, -4f }, 0.00005, true)]
    [InlineData(new[] { 1f, -4f }, new[] { 1.002f, -4f }, 0.0005, false)]
    [InlineData(new[] { 0f, 0f }, new[] { 0f, 0f }, 0, true)]
    [InlineData(new[] { 0f, 0f }, new[] { 0f, 1f }, double.PositiveInfinity, false)]
    [InlineData(new[] { 1f, 2f }, new[] { 1f, float.NaN }, double.PositiveInfinity, false)]
    [InlineData(new[] { 1f, 2f }, new[] { 1f, 2f, 3f }, double.PositiveInfinity, false)]
    public void Difference_IsRelativeToTheLargestValue(float[] left, float[] right, double relative, bool agrees)
    {
        var difference = EngineAgreement.Largest([Report("a", left), Report("b", right)])!;

        Assert.Equal(relative, difference.Relative, 1e-7);
        Assert.Equal(agrees, EngineAgreement.Check(difference).Passed);
    }

    [Fact]
    public void EngineOfAFolder_RunsWhatItsFormatIs_AndAFolderWithoutOneIsACodedError()
    {
        var folder = Path.GetDirectoryName(OnnxRuntime.Arguments[0])!;

        Assert.Equal("onnxruntime", Hosts.Onnx("convolutional.onnx").Verify(new VerifyOptions { EngineFolders = [folder] }).Engine);
        Assert.Equal("MR0655", Assert.Throws<ModelRegistryException>(() => Hosts.Onnx("convolutional.onnx").Verify(new VerifyOptions { EngineFolders = [_folder] })).Code);
    }

    [Fact]
    public async Task ServedModel_OfARegisteredVersion_IsRunByTheEngineThatIsInstalledForItsRegistry()
    {
        var (root, cache) = (Path.Combine(_folder, "registry"), Path.Combine(_folder, "cache"));
        Directory.CreateDirectory(Path.Combine(cache, "engines"));
        Directory.CreateSymbolicLink(Path.Combine(cache, "engines", "onnxruntime"), Path.GetDirectoryName(OnnxRuntime.Arguments[0])!);
        Registry.Initialise(root, new InitOptions { Commit = false });
        var registry = RegistrySession.Open(root, new RegistryOptions { Examiner = new WeightsExaminer(), CacheDirectory = cache }).Registry;
        var id = registry.Register(new RegistrationRequest { Name = ModelName.Parse("graph"), Files = [new FileToRegister(Hosts.Onnx("convolutional.onnx").Paths["convolutional.onnx"])], Commit = false }).Id;

        await using var model = await ServedModel.StartAsync(registry, registry.Resolve(id.Name, Selector.Latest));

        Assert.Equal("onnxruntime", model.Info.Engine);
    }

    [Fact]
    public void Difference_OfOneEngine_IsNone() => Assert.Null(EngineAgreement.Largest([Report("a", [1]), Report("b", []) with { Outputs = [] }]));

    [Theory]
    [InlineData("image", "float32", new long[] { -1, 3, 8, 8 }, null)]
    [InlineData("image", "float32", new long[] { 1, -1, -1, -1 }, null)]
    [InlineData("picture", "float32", new long[] { -1, 3, 8, 8 }, "the manifest declares the input 'picture', but the file takes image")]
    [InlineData("image", "float64", new long[] { -1, 3, 8, 8 }, "input 'image' is float32[?, 3, 8, 8], but the manifest declares float64[?, 3, 8, 8]")]
    [InlineData("image", "float32", new long[] { -1, 4, 8, 8 }, "input 'image' is float32[?, 3, 8, 8], but the manifest declares float32[?, 4, 8, 8]")]
    [InlineData("image", "float32", new long[] { 8, 8 }, "input 'image' is float32[?, 3, 8, 8], but the manifest declares float32[8, 8]")]
    public void Onnx_ThatDeclaresOtherInputsThanTheManifest_FailsTheSignature(string name, string type, long[] shape, string? detail)
    {
        var (manifest, paths) = Hosts.Onnx("convolutional.onnx");

        var report = (manifest with { Inputs = [new TensorSpec { Name = name, Dtype = type, Shape = [.. shape] }] }, paths).Verify(new VerifyOptions { Engines = EngineCatalogue.BuiltIn.With(OnnxRuntime) });

        var check = Assert.Single(report.Checks, c => c.Name == "signature");
        Assert.Equal((detail is null, detail ?? "image as declared"), (check.Passed, check.Detail));
        Assert.Equal("onnxruntime", report.Engine);
    }

    private static Manifest Model(string? format, string? architecture) => new()
    {
        Name = ModelName.Parse("model"),
        Version = ModelVersion.First,
        CreatedAt = default,
        Architecture = architecture,
        Files = [new ModelFile { Path = RelativeFilePath.Parse("weights"), Role = FileRoles.Weights, Format = format, Size = 1, Digest = Digest.Of("x"u8.ToArray()) }],
    };

    private static VerificationReport Report(string engine, float[] values) => new()
    {
        Engine = engine,
        Checks = [],
        Timings = Manifest.NoMetrics,
        Outputs = [new TensorData("y", "float32", [values.Length], System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray())],
    };
}
