using System.Runtime.InteropServices;
using System.Text.Json;
using ModelRegistry.Inference;
using ModelRegistry.Inference.Tests.Goldens;
using ModelRegistry.Verification.Checks;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Tests;

/// <summary>
/// The trained samples see in every one of the 2,000 held-out digits what PyTorch saw, by the native engines too: TorchSharp from the weights as they
/// are, ONNX Runtime from PyTorch's export of them. One process for all digits of a model.
/// </summary>
public sealed class HeldOutDigitsTests : IDisposable
{
    private const int Batch = 250;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-digits-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Exporting takes longer than running: one model, or all with <c>MODELREG_ENGINE_NETWORKS=all</c>.</summary>
    public static TheoryData<string> Exported { get; } =
        Environment.GetEnvironmentVariable("MODELREG_ENGINE_NETWORKS") == "all" ? ["resnet18-baseline", "resnet18-improved", "mobilenet_v2", "densenet121"] : ["resnet18-improved"];

    [Theory]
    [InlineData("resnet18-baseline")]
    [InlineData("resnet18-improved")]
    [InlineData("mobilenet_v2")]
    [InlineData("densenet121")]
    public async Task TorchSharp_SeesWhatPyTorchSaw(string folder)
    {
        var (manifest, paths) = Samples.Describe(folder);

        await Compare(folder, manifest, paths[manifest.Weights.Path.Value], Hosts.TorchSharp);
    }

    [PyTorchTheory]
    [MemberData(nameof(Exported))]
    public async Task OnnxRuntime_SeesWhatPyTorchSaw(string folder)
    {
        var (manifest, _) = Samples.Describe(folder);
        var exported = Path.Combine(_folder, "model.onnx");
        var (exitCode, error) = PyTorchTheoryAttribute.Run(Path.Combine(Samples.Root, "tests", "ModelRegistry.Verification.Tests", "fixtures", "export_digits.py"), Samples.Digits(folder), exported);
        Assert.True(exitCode == 0, error);

        await Compare(folder, manifest with { Architecture = null, Files = [manifest.Weights with { Path = RelativeFilePath.Parse("model.onnx"), Format = "onnx" }] }, exported, Hosts.OnnxRuntime);
    }

    private static async Task Compare(string folder, Manifest manifest, string weights, EngineHost host)
    {
        using var predictions = JsonDocument.Parse(File.ReadAllText(Samples.Digits("heldout", "predictions.json")));
        var expected = predictions.RootElement.GetProperty("models").GetProperty(folder).GetProperty("predictions").GetString()!;
        var images = NpyFile.Read(Samples.Digits("heldout", "images.npy"));
        var (input, preprocessing) = (manifest.Inputs[0], PreprocessingJson.Write(manifest.Preprocessing!));
        var (manifestOfOne, size) = (manifest with { Files = [manifest.Weights] }, input.Shape.Skip(1).Aggregate(1L, (a, b) => a * b));
        await using var model = await ServedModel.StartAsync(manifestOfOne, _ => weights, new VerifyOptions { Engine = host.Engine, Engines = EngineCatalogue.BuiltIn.With(host), Timeout = TimeSpan.FromMinutes(4) });
        var batch = new float[Batch * size];

        var predicted = new char[expected.Length];
        for (var start = 0; start < expected.Length; start += Batch)
        {
            for (var i = 0; i < Batch; i++) Prepared(start + i).CopyTo(batch.AsSpan(i * (int)size));
            var result = await model.RunAsync(new RunRequest { Inputs = [new TensorData(model.Info.Inputs[0].Name, "float32", [Batch, .. input.Shape.Skip(1)], MemoryMarshal.AsBytes<float>(batch).ToArray())] });
            var scores = MemoryMarshal.Cast<byte, float>(result.Outputs[0].Data.Span).ToArray();
            for (var i = 0; i < Batch; i++) predicted[start + i] = (char)('0' + Likeliest(scores.AsSpan(i * 10, 10)));
        }

        Assert.Equal(expected, new string(predicted));

        float[] Prepared(int i) =>
            ImageTensor.Prepare(ImageInput.FromBytes(28, 28, 1, images.Bytes.Span.Slice(i * 28 * 28, 28 * 28)), preprocessing, [new EngineInput(input.Name, DType.Float32, input.Shape)]).ToFloat32();
    }

    private static int Likeliest(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best]) best = i;
        }

        return best;
    }
}
