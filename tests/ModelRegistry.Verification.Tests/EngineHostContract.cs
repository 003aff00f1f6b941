using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Verification.Tests;

/// <summary>What every program that holds an engine must do, through the protocol alone.</summary>
public abstract class EngineHostContract : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-host-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The program.</summary>
    protected abstract EngineHost Host { get; }

    /// <summary>A model that it runs, its files, and an input that the model refuses.</summary>
    private protected abstract (Manifest Manifest, Dictionary<string, string> Paths) Model { get; }

    private VerifyOptions Options => new() { Engine = Host.Engine, Engines = EngineCatalogue.BuiltIn.With(Host), Threads = 1, Timeout = TimeSpan.FromMinutes(4) };

    [Fact]
    public void Describe_NamesTheEngineItsVersionAndItsFormats()
    {
        var engine = Assert.Single(Host.Describe().Engines);

        Assert.Equal(Host.Engine, engine.Name);
        Assert.Matches("^[0-9]+[.][0-9]+", engine.Version);
        Assert.NotEmpty(engine.Formats);
    }

    [Fact]
    public void Verify_ItsModel_Passes()
    {
        var report = Model.Verify(Options);

        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));
        Assert.Equal(Host.Engine, report.Engine);
        Assert.Contains(report.Checks, c => c.Name == "deterministic");
    }

    [Fact]
    public void Verify_TruncatedWeights_IsAFailedCheckWithACode()
    {
        var model = Model;
        var weights = model.Manifest.Weights.Path.Value;
        var cut = Path.Combine(_folder, Path.GetFileName(weights));
        File.WriteAllBytes(cut, File.ReadAllBytes(model.Paths[weights])[..^200]);
        model.Paths[weights] = cut;

        var failed = Assert.Single(model.Verify(Options).Checks, c => !c.Passed);

        Assert.Equal("strict-load", failed.Name);
        Assert.StartsWith("MR0", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serving_RefusesAnInputThatDoesNotFit_AndServesOn()
    {
        var (manifest, paths) = Model;
        await using var model = await ServedModel.StartAsync(manifest, file => paths[file.Path.Value], Options);
        var input = model.Info.Inputs[0];
        var shape = input.Shape.Select(d => d < 1 ? 1 : d).ToArray();

        var refusal = await Assert.ThrowsAsync<ModelRegistryException>(() => model.RunAsync(Zeros([.. shape, 3])));
        var first = await model.RunAsync(Zeros(shape));
        var second = await model.RunAsync(Zeros(shape));

        Assert.StartsWith("MR06", refusal.Code, StringComparison.Ordinal);
        Assert.Equal(first.Outputs[0].Data.ToArray(), second.Outputs[0].Data.ToArray());

        RunRequest Zeros(long[] sizes) => new() { Inputs = [new TensorData(input.Name, "float32", [.. sizes], new byte[4 * sizes.Aggregate(1L, (a, b) => a * b)])] };
    }
}

/// <summary>The managed engine's program keeps the contract.</summary>
public sealed class ManagedHostTests : EngineHostContract
{
    protected override EngineHost Host => EngineHost.Managed;

    private protected override (Manifest Manifest, Dictionary<string, string> Paths) Model => Samples.Describe("resnet18-improved");
}

/// <summary>TorchSharp's program keeps the contract, and agrees with PyTorch on every trained sample.</summary>
public sealed class TorchSharpHostTests : EngineHostContract
{
    protected override EngineHost Host { get; } = Hosts.TorchSharp;

    private protected override (Manifest Manifest, Dictionary<string, string> Paths) Model => Samples.Describe("resnet18-improved");

    [Theory]
    [InlineData("mobilenet_v2")]
    [InlineData("densenet121")]
    [InlineData("unet")]
    public void EverySample_GivesThePyTorchGolden(string folder)
    {
        var report = Samples.Describe(folder).Verify(new VerifyOptions { Engine = "torchsharp", Engines = EngineCatalogue.BuiltIn.With(Host), Threads = 1, Timeout = TimeSpan.FromMinutes(4) });

        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));
        Assert.Contains(report.Checks, c => c.Name == "golden");
    }

    [Fact]
    public void OtherWeights_AreRefusedByName()
    {
        var sample = Samples.Describe("resnet18-improved");

        var report = (sample.Manifest with { Architecture = "resnet34" }, sample.Paths).Verify(new VerifyOptions { Engine = "torchsharp", Engines = EngineCatalogue.BuiltIn.With(Host) });

        Assert.Contains(report.Checks, c => c is { Name: "strict-load", Passed: false } && c.Detail.Contains("layer1.2.conv1.weight", StringComparison.Ordinal));
    }
}

/// <summary>ONNX Runtime's program keeps the contract.</summary>
public sealed class OnnxRuntimeHostTests : EngineHostContract
{
    protected override EngineHost Host => Hosts.OnnxRuntime;

    private protected override (Manifest Manifest, Dictionary<string, string> Paths) Model => Hosts.Onnx("convolutional.onnx");

    [Fact]
    public void StateDict_IsRefusedWithTheEngineThatTakesIt()
    {
        var report = Samples.Describe("resnet18-improved").Verify(new VerifyOptions { Engine = "onnxruntime", Engines = EngineCatalogue.BuiltIn.With(Host) });

        Assert.Contains(report.Checks, c => c is { Name: "strict-load", Passed: false } && c.Detail.Contains("MR0645", StringComparison.Ordinal));
    }

    [Fact]
    public void OperatorWithoutImplementation_IsAFailedCheckInOneLine()
    {
        var report = Hosts.Onnx("every_type.onnx").Verify(new VerifyOptions { Engine = "onnxruntime", Engines = EngineCatalogue.BuiltIn.With(Host) });

        var failed = Assert.Single(report.Checks, c => !c.Passed);
        Assert.StartsWith("MR0645: ONNX Runtime refuses the model", failed.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failed.Detail);
    }
}

/// <summary>The hosts as the build made them.</summary>
internal static class Hosts
{
    public static EngineHost OnnxRuntime => At("onnxruntime", "OnnxRuntime");

    /// <summary>Where the system's libstdc++ is too old, the copy in the build's output is made to load.</summary>
    public static EngineHost TorchSharp { get; } = MakeLoadable(At("torchsharp", "TorchSharp"));

    /// <summary>A model of the fixtures by its name, or another by its path.</summary>
    public static (Manifest Manifest, Dictionary<string, string> Paths) Onnx(string file)
    {
        var path = Path.Combine(Samples.Root, "tests", "ModelRegistry.Weights.Tests", "fixtures", "onnx", file);
        var name = Path.GetFileName(file);
        return (new Manifest
        {
            Name = ModelName.Parse("fixture"),
            Version = ModelVersion.First,
            CreatedAt = default,
            Files = [new ModelFile { Path = RelativeFilePath.Parse(name), Role = FileRoles.Weights, Format = "onnx", Size = new FileInfo(path).Length, Digest = Digest.Of(File.ReadAllBytes(path)) }],
        }, new Dictionary<string, string> { [name] = path });
    }

    private static EngineHost At(string engine, string project)
    {
        // bin/CONFIGURATION/FRAMEWORK of the test is that of the host.
        var output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var (framework, configuration) = (Path.GetFileName(output), Path.GetFileName(Path.GetDirectoryName(output))!);
        return EngineHost.At(engine, Path.Combine(Samples.Root, "src", $"ModelRegistry.Engine.{project}", "bin", configuration, framework, $"ModelRegistry.Engine.{project}.dll"));
    }

    private static EngineHost MakeLoadable(EngineHost host)
    {
        SystemLibraries.MakeLoadable(Path.Combine(Path.GetDirectoryName(host.Arguments[0])!, "runtimes", "linux-x64", "native"));
        return host;
    }
}
