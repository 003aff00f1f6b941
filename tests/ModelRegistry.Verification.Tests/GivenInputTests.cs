using ModelRegistry.Diagnostics;
using ModelRegistry.Weights;
using ModelRegistry.Weights.Tests.Onnx;

namespace ModelRegistry.Verification.Tests;

/// <summary>What a network is run with: its own sample where it has one, else values of the declared type that stay inside every table.</summary>
public sealed class GivenInputTests : IDisposable
{
    private const int Float = 1, Int64 = 7;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-given-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("managed", 3)]
    [InlineData("torchsharp", 1)]
    public void NetworkOfTokens_WithoutASample_GetsIndicesInsideItsTable(string engine, int rows)
    {
        var model = Described(
            """{ "schemaVersion": 1, "name": "bag", "inputs": [{ "name": "tokens", "shape": [-1, 8], "example": [1, 8] }], "nodes": [{ "op": "embedding", "key": "embed" }, { "op": "mean", "axis": 1 }] }""",
            new NamedTensor("embed.weight", Tensor.FromFloat32("embed.weight", [rows, 4], new float[rows * 4])));

        var report = Verify((model.Manifest with { Inputs = [new TensorSpec { Name = "tokens", Dtype = "int64", Shape = [-1, 8] }] }, model.Paths), engine == "managed" ? EngineHost.Managed : Hosts.TorchSharp);

        Assert.Equal("int64[1, 8] gives float32[1, 4]", Passed(report, "run"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Onnx_WithoutASample_GetsIndicesInsideItsTable_AlsoWhereTheyAreReshapedFirst(bool reshaped)
    {
        var table = new ProtobufBuilder().Varint(1, 1).Varint(1, 4).Varint(2, Float).String(8, "table").Bytes(9, new byte[16]);
        var shape = new ProtobufBuilder().Varint(1, 1).Varint(2, Int64).String(8, "shape").Bytes(9, BitConverter.GetBytes(-1L));
        var graph = new ProtobufBuilder();
        if (reshaped) graph.Bytes(1, Node("Reshape", "flat", "ids", "shape")).Bytes(5, shape);
        graph.Bytes(1, Node("Gather", "y", "table", reshaped ? "flat" : "ids")).Bytes(5, table).Bytes(11, Value("ids", Int64, 1, 8)).Bytes(12, Value("y", Float));

        var report = Verify(Onnx(graph), Hosts.OnnxRuntime);

        Assert.Equal(reshaped ? "int64[1, 8] gives float32[8, 4]" : "int64[1, 8] gives float32[1, 8, 4]", Passed(report, "run"));
    }

    [Fact]
    public void Onnx_WithoutASample_GetsEachInputInItsOwnType()
    {
        (string Name, int Type)[] types = [("float32", 1), ("uint8", 2), ("int8", 3), ("uint16", 4), ("int16", 5), ("int32", 6), ("int64", 7), ("bool", 9), ("float16", 10), ("float64", 11), ("uint32", 12), ("uint64", 13)];
        var graph = new ProtobufBuilder();
        foreach (var (name, type) in types)
            graph.Bytes(1, Node("Identity", name + "_back", name)).Bytes(11, Value(name, type, 2, 3)).Bytes(12, Value(name + "_back", type, 2, 3));

        var report = Verify(Onnx(graph), Hosts.OnnxRuntime);

        var shown = string.Join(", ", types.Select(type => $"{type.Name}[2, 3]"));
        Assert.Equal($"{shown} gives {shown}", Passed(report, "run"));
    }

    [Fact]
    public void Onnx_WhoseInputsAreDeclaredInAnotherOrder_IsMatchedByName()
    {
        var graph = new ProtobufBuilder().Bytes(1, Node("Identity", "a", "ids")).Bytes(1, Node("Identity", "b", "mask"))
            .Bytes(11, Value("ids", Int64, -1, -1)).Bytes(11, Value("mask", Float, -1, 2)).Bytes(12, Value("a", Int64)).Bytes(12, Value("b", Float));
        var (manifest, paths) = Onnx(graph);

        var report = Verify((manifest with { Inputs = [new TensorSpec { Name = "mask", Shape = [4, 2] }, new TensorSpec { Name = "ids", Dtype = "int64", Shape = [1, 3] }] }, paths), Hosts.OnnxRuntime);

        Assert.Equal("int64[1, 3], float32[4, 2] gives int64[1, 3], float32[4, 2]", Passed(report, "run"));
    }

    [Fact]
    public void SampleInput_IsWhatEveryCheckRunsWith()
    {
        // The pattern has negative values, whose logarithm is none.
        var (manifest, paths) = Described(
            """{ "schemaVersion": 1, "name": "logarithm", "inputs": [{ "name": "x", "shape": [-1, 4] }], "nodes": [{ "op": "log" }, { "op": "linear", "key": "fc" }] }""",
            new NamedTensor("fc.weight", Tensor.FromFloat32("fc.weight", [2, 4], new float[8])), new NamedTensor("fc.bias", Tensor.FromFloat32("fc.bias", [2], new float[2])));
        Assert.Contains(Verify((manifest, paths), EngineHost.Managed).Checks, check => check is { Name: "finite", Passed: false });
        paths["sample-input.npy"] = Path.Combine(_folder, "sample-input.npy");
        using (var file = File.Create(paths["sample-input.npy"])) NpyFile.Write(file, [3, 4], Enumerable.Repeat(2f, 12).ToArray());
        File.WriteAllText(paths["labels.txt"] = Path.Combine(_folder, "labels.txt"), "a\nb\n");

        var report = Verify((manifest with { Files = [.. manifest.Files, FileOf("sample-input.npy"), FileOf("labels.txt")] }, paths), EngineHost.Managed);

        Assert.Equal("float32[3, 4] gives float32[3, 2]", Passed(report, "run"));
        Assert.Equal(["strict-load", "run", "finite", "deterministic", "latency", "labels"], report.Checks.Where(check => check.Name != "architecture").Select(check => check.Name));
    }

    [Theory]
    [InlineData("[-1, 16]", null)]
    [InlineData("[-1, 4, 4, 1]", "NHWC")]
    public void Picture_FillsAVectorOfFeatures_AndAnInputWithItsChannelsLast(string shape, string? layout)
    {
        var model = Pictures(shape, features: 16);

        var report = Verify((model.Manifest with { Preprocessing = layout is null ? null : new Preprocessing { Layout = layout } }, model.Paths), EngineHost.Managed, Picture());

        Assert.Equal("picture.pgm gives float32[1, 2]", Passed(report, "input"));
    }

    [Fact]
    public void PictureOfAnotherSize_FailsWithWhatToDeclare_AndIsNoFailureOfTheModel()
    {
        var (manifest, paths) = Pictures("[-1, 1, 8, 8]", features: 64);
        Registry.Initialise(_folder, new InitOptions { Commit = false });
        using var session = RegistrySession.Open(_folder);
        var id = session.Registry.Register(new RegistrationRequest { Name = manifest.Name, Files = [.. paths.Values.Select(path => new FileToRegister(path))], Commit = false }).Id;

        var (report, recorded) = Verifier.Verify(session.Registry, session.Registry.Resolve(id.Name, Selector.Latest), new VerifyOptions { Image = Picture(), Commit = false });

        var failed = Assert.Single(report.Checks, check => !check.Passed);
        Assert.Equal("input", failed.Name);
        Assert.Contains("the image of 4x4 becomes [1, 1, 4, 4], and the network takes [?, 1, 8, 8]", failed.Detail, StringComparison.Ordinal);
        Assert.Contains("declare the preprocessing of the model", failed.Detail, StringComparison.Ordinal);
        Assert.Null(recorded);
        Assert.NotNull(Verifier.Verify(session.Registry, session.Registry.Resolve(id.Name, Selector.Latest), new VerifyOptions { Commit = false }).Recorded);
    }

    [Theory]
    [InlineData("other.safetensors")]
    [InlineData("pytorch_model.bin")]
    [InlineData("onnx/model.onnx")]
    public void VersionOfSeveralModels_IsNeverVouchedForByItsFirst(string other)
    {
        var (manifest, paths) = Described("""{ "schemaVersion": 1, "name": "none", "inputs": [], "nodes": [] }""", new NamedTensor("w", Tensor.FromFloat32("w", [1], new float[1])));

        var failure = Assert.Throws<ModelRegistryException>(() => Verify((manifest with { Files = [.. manifest.Files, FileOf(other) with { Role = FileRoles.Weights }] }, paths), EngineHost.Managed));

        Assert.Equal("MR0536", failure.Code);
        Assert.Contains($"model.safetensors, {other}", failure.Message, StringComparison.Ordinal);
    }

    private static string Passed(VerificationReport report, string check)
    {
        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));
        return report.Checks.Single(c => c.Name == check).Detail;
    }

    private static VerificationReport Verify((Manifest, Dictionary<string, string>) model, EngineHost host, string? image = null) =>
        model.Verify(new VerifyOptions { Engine = host.Engine, Engines = EngineCatalogue.BuiltIn.With(host), Threads = 1, Image = image });

    private string Picture()
    {
        var path = Path.Combine(_folder, "picture.pgm");
        File.WriteAllBytes(path, [.. "P5 4 4 255\n"u8, .. Enumerable.Range(0, 16).Select(i => (byte)i)]);
        return path;
    }

    private (Manifest Manifest, Dictionary<string, string> Paths) Pictures(string shape, int features) => Described(
        $$"""{ "schemaVersion": 1, "name": "pictures", "inputs": [{ "name": "x", "shape": {{shape}} }], "nodes": [{ "op": "flatten" }, { "op": "linear", "key": "fc", "bias": false }] }""",
        new NamedTensor("fc.weight", Tensor.FromFloat32("fc.weight", [2, features], new float[2 * features])));

    private (Manifest Manifest, Dictionary<string, string> Paths) Described(string architecture, params NamedTensor[] weights)
    {
        var paths = new Dictionary<string, string> { ["model.safetensors"] = Path.Combine(_folder, "model.safetensors"), ["architecture.json"] = Path.Combine(_folder, "architecture.json") };
        SafetensorsWriter.Write(paths["model.safetensors"], weights);
        File.WriteAllText(paths["architecture.json"], architecture);
        return (new Manifest { Name = ModelName.Parse("given"), Version = ModelVersion.First, CreatedAt = default, Files = [FileOf("model.safetensors"), FileOf("architecture.json")] }, paths);
    }

    private static ModelFile FileOf(string name) =>
        new() { Path = RelativeFilePath.Parse(name), Role = FileRoles.ByFileName(name), Size = 1, Digest = Digest.Of("x"u8.ToArray()), Format = name.EndsWith(".safetensors", StringComparison.Ordinal) ? "safetensors" : null };

    private (Manifest Manifest, Dictionary<string, string> Paths) Onnx(ProtobufBuilder graph)
    {
        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, new ProtobufBuilder().Varint(1, 8).Bytes(7, graph.String(2, "graph")).Bytes(8, new ProtobufBuilder().Varint(2, 16)));
        return Hosts.Onnx(path);
    }

    private static byte[] Node(string type, string output, params string[] inputs)
    {
        var node = new ProtobufBuilder();
        foreach (var input in inputs) node.String(1, input);
        return node.String(2, output).String(4, type);
    }

    private static byte[] Value(string name, int type, params long[] sizes)
    {
        var tensor = new ProtobufBuilder().Varint(1, (ulong)type);
        var shape = new ProtobufBuilder();
        foreach (var size in sizes) shape.Bytes(1, size < 0 ? new ProtobufBuilder().String(2, "n") : new ProtobufBuilder().Varint(1, (ulong)size));
        if (sizes.Length > 0) tensor.Bytes(2, shape);
        return new ProtobufBuilder().String(1, name).Bytes(2, new ProtobufBuilder().Bytes(1, tensor));
    }
}
