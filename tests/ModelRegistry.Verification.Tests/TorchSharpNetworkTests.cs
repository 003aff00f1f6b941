using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ModelRegistry.Inference;
using ModelRegistry.Inference.Tests.Goldens;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Tests;

/// <summary>TorchSharp's interpreter gives what PyTorch gives: every operation of the vocabulary, and whole networks.</summary>
public sealed class TorchSharpNetworkTests(Xunit.Abstractions.ITestOutputHelper output) : IDisposable
{
    private static readonly string Fixtures = Path.Combine(Samples.Root, "tests", "ModelRegistry.Inference.Tests", "fixtures");

    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-networks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Narrow variants with weights and outputs of torchvision.</summary>
    public static TheoryData<string> Narrow { get; } = ["densenet121", "lenet", "mlp", "mobilenet_v2", "patch_classifier", "resnet18", "resnet34", "resnet50", "unet"];

    /// <summary>Networks at PyTorch's own sizes: one, or all with <c>MODELREG_ENGINE_NETWORKS=all</c>.</summary>
    public static TheoryData<string> FullSize { get; } = Environment.GetEnvironmentVariable("MODELREG_ENGINE_NETWORKS") == "all" ? [.. Inference.Architecture.BuiltIn] : ["bert"];

    // The managed engine has full-size goldens of its own; with all networks both stand beside PyTorch in one run.
    private static string[] FullSizeEngines => FullSize.Count > 1 ? ["torchsharp", "managed"] : ["torchsharp"];

    [Fact]
    public async Task EveryOperation_GivesWhatPyTorchGives()
    {
        var cases = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Fixtures, "operation_goldens.json")))!.AsArray();
        var (inputs, nodes, outputs) = (new JsonArray(), new JsonArray(), new JsonArray());
        var weights = new List<NamedTensor>();
        var given = ImmutableArray.CreateBuilder<TensorData>();
        for (var i = 0; i < cases.Count; i++) Append(cases[i]!, $"c{i}", inputs, nodes, outputs, weights, given);
        var architecture = new JsonObject { ["schemaVersion"] = 1, ["name"] = "operations", ["inputs"] = inputs, ["nodes"] = nodes, ["outputs"] = outputs };
        File.WriteAllText(At("architecture.json"), architecture.ToJsonString());
        SafetensorsWriter.Write(At("model.safetensors"), weights);

        await using var model = await Start(null);
        var result = await model.RunAsync(new RunRequest { Inputs = given.ToImmutable() });

        Assert.InRange(cases.Select(one => (string)one!["op"]!).Distinct().Count(), 90, 1000);
        Assert.Equal(cases.Count, result.Outputs.Length);
        Assert.All(cases.Zip(result.Outputs), pair =>
        {
            var expected = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)pair.First!["output"]!["data"]!)).ToArray();
            var actual = MemoryMarshal.Cast<byte, float>(pair.Second.Data.Span).ToArray();
            Assert.Equal(pair.First["output"]!["shape"]!.AsArray().Select(size => (long)size!), pair.Second.Shape);
            Assert.True(Differ(expected, actual) < 1e-4, $"{pair.First["nodes"]!.AsArray()[^1]!.ToJsonString()} differs by {Differ(expected, actual)}");
        });
    }

    [Theory]
    [MemberData(nameof(Narrow))]
    public async Task NarrowNetwork_GivesWhatTorchvisionGives(string name) => await Compare(Path.Combine(Fixtures, "goldens"), name, File.Exists(Path.Combine(Fixtures, name + ".architecture.json")));

    [PyTorchTheory]
    [MemberData(nameof(FullSize))]
    public async Task FullSizeNetwork_GivesWhatPyTorchGives(string name)
    {
        var (exitCode, error) = PyTorchTheoryAttribute.Run(Path.Combine(Fixtures, "make_architecture_goldens.py"), "full", _folder, name);
        Assert.True(exitCode == 0, error);

        foreach (var golden in Directory.GetFiles(_folder, "*.json"))
            foreach (var engine in FullSizeEngines) await Compare(_folder, Path.GetFileNameWithoutExtension(golden), described: false, engine);
    }

    private async Task Compare(string folder, string name, bool described, string engine = "torchsharp")
    {
        var largest = 0.0;
        var golden = Golden.Read(Path.Combine(folder, name + ".json"));
        var weights = Path.Combine(folder, golden.Weights);
        if (described) File.Copy(Path.Combine(Fixtures, name + ".architecture.json"), At("architecture.json"));
        await using var model = await Start(described ? null : golden.Architecture, weights, engine);
        foreach (var expected in golden.Cases)
        {
            var result = await model.RunAsync(new RunRequest { Inputs = [.. expected.Inputs.Select((value, i) => Given(model.Info.Inputs[i], value))] });
            Assert.Equal(expected.Outputs.Count, result.Outputs.Length);
            Assert.All(expected.Outputs.Zip(result.Outputs), pair =>
            {
                Assert.Equal(pair.First.Shape, pair.Second.Shape);
                var error = pair.First.RelativeError(MemoryMarshal.Cast<byte, float>(pair.Second.Data.Span));
                largest = Math.Max(largest, error);
                Assert.InRange(error, 0, 1e-4);
            });
        }

        output.WriteLine($"{name}, {engine}: at most {largest:0.0e0} from PyTorch");
    }

    private static TensorData Given(DeclaredTensor input, TensorValue value)
    {
        var values = value.Values.ToArray();
        return input.Dtype == "int64" ? Whole(input.Name, [.. value.Shape], values) : new TensorData(input.Name, "float32", [.. value.Shape], MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    private static TensorData Whole(string name, ImmutableArray<long> shape, float[] values) =>
        new(name, "int64", shape, MemoryMarshal.AsBytes<long>(values.Select(v => (long)v).ToArray()).ToArray());

    private Task<ServedModel> Start(string? architecture, string? weights = null, string engine = "torchsharp")
    {
        var (path, described) = (weights ?? At("model.safetensors"), At("architecture.json"));
        ModelFile[] files = [File_("weights", FileRoles.Weights), .. architecture is null ? [File_("architecture.json", FileRoles.Architecture)] : Array.Empty<ModelFile>()];
        var manifest = new Manifest { Name = ModelName.Parse("network"), Version = ModelVersion.First, CreatedAt = default, Architecture = architecture, Files = [.. files] };
        return ServedModel.StartAsync(
            manifest, file => file.Role == FileRoles.Weights ? path : described,
            new VerifyOptions { Engine = engine, Engines = EngineCatalogue.BuiltIn.With(Hosts.TorchSharp), Threads = 1, Timeout = TimeSpan.FromMinutes(4) });

        static ModelFile File_(string name, string role) => new() { Path = RelativeFilePath.Parse(name), Role = role, Size = 1, Digest = Digest.Of("x"u8.ToArray()) };
    }

    // One network of all cases, so that one process runs them: names and keys get the case's number in front.
    private static void Append(JsonNode one, string prefix, JsonArray inputs, JsonArray nodes, JsonArray outputs, List<NamedTensor> weights, ImmutableArray<TensorData>.Builder given)
    {
        foreach (var input in one["inputs"]!.AsArray())
        {
            var (name, type, shape) = (Named(prefix, (string)input!["name"]!), (string)input["dtype"]!, input["shape"]!.AsArray().Select(size => (long)size!).ToArray());
            inputs.Add(new JsonObject { ["name"] = name, ["dtype"] = type, ["shape"] = new JsonArray([.. shape.Select(_ => (JsonNode)(-1))]) });
            var data = Convert.FromBase64String((string)input["data"]!);
            given.Add(type == "int64" ? Whole(name, [.. shape], MemoryMarshal.Cast<byte, float>(data).ToArray()) : new TensorData(name, type, [.. shape], data));
        }

        var last = Named(prefix, "x");
        foreach (var (source, k) in one["nodes"]!.AsArray().Select((node, k) => (node!, k)))
        {
            var node = source.DeepClone().AsObject();
            var id = source["id"] is { } known ? Named(prefix, (string)known!) : string.Create(CultureInfo.InvariantCulture, $"{prefix}_n{k}");
            node["id"] = id;
            if (source["key"] is { } key) node["key"] = $"{prefix}.{key}";
            if (source["in"] is { } names) node["in"] = names is JsonArray list ? new JsonArray([.. list.Select(name => (JsonNode)Named(prefix, (string)name!))]) : Named(prefix, (string)names!);
            else if ((string)source["op"]! is not ("constant" or "parameter")) node["in"] = last;
            nodes.Add(node);
            last = id;
        }

        outputs.Add(new JsonObject { ["name"] = prefix, ["from"] = last });
        foreach (var (key, tensor) in one["weights"]!.AsObject())
        {
            var shape = tensor!["shape"]!.AsArray().Select(size => (long)size!).ToArray();
            weights.Add(new NamedTensor($"{prefix}.{key}", Tensor.FromBytes($"{prefix}.{key}", DType.Float32, shape, Convert.FromBase64String((string)tensor["data"]!))));
        }
    }

    private static string Named(string prefix, string name) => $"{prefix}_{name}";

    private static double Differ(float[] expected, float[] actual)
    {
        if (expected.Length != actual.Length) return double.PositiveInfinity;
        var scale = expected.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        return expected.Zip(actual).Max(pair => float.IsFinite(pair.First) ? float.IsFinite(pair.Second) ? Math.Abs(pair.First - pair.Second) : double.PositiveInfinity : pair.First.Equals(pair.Second) ? 0 : double.PositiveInfinity) / Math.Max(scale, 0.1);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
