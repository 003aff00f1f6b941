using ModelRegistry.Diagnostics;
using ModelRegistry.Inference.Tests.Goldens;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights.Tests.Onnx;

namespace ModelRegistry.Verification.Tests;

/// <summary>Networks that were made to harm are failed checks with a reason, in time, whatever the runtime below would do with them.</summary>
[Collection(ExportedModels.Collection)]
public sealed class BadNetworkTests(ExportedModels models) : IDisposable
{
    private const int Tensor = 4, Graph = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-bad-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("/etc/hostname", "is absolute")]
    [InlineData("../outside.bin", "leaves the model's directory")]
    [InlineData("link.bin", "a link that leaves the model's directory")]
    [InlineData("absent.bin", "absent.bin")]
    [InlineData("short.bin", "short.bin")]
    public void Onnx_WithDataInAnotherPlaceThanItsFolder_IsRefusedBeforeOnnxRuntimeSeesIt(string location, string reason)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;
        File.WriteAllBytes(Path.Combine(_folder, "outside.bin"), new byte[16]);
        File.WriteAllBytes(Path.Combine(folder, "short.bin"), new byte[7]);
        if (location == "link.bin") File.CreateSymbolicLink(Path.Combine(folder, location), Path.Combine(_folder, "outside.bin"));
        var tensor = new ProtobufBuilder().Varint(1, 4).Varint(2, 1).String(8, "w").Bytes(13, new ProtobufBuilder().String(1, "location").String(2, location)).Varint(14, 1);
        // In the branch of an If, where it is no initialiser of the model.
        var branch = new ProtobufBuilder().Bytes(1, Node("Add", ["x", "w"], "z")).String(2, "branch").Bytes(5, tensor).Bytes(12, Value("z", 4));
        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, Model(
            Node("Constant", [], "c", Attribute("value", Tensor, 5, new ProtobufBuilder().Varint(2, 9).Bytes(9, [1]))),
            Node("If", ["c"], "y", Attribute("then_branch", Graph, 6, branch), Attribute("else_branch", Graph, 6, branch))));

        var failed = Failed(path, new VerifyOptions());

        Assert.Equal("strict-load", failed.Name);
        Assert.Contains(reason, failed.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("ONNX Runtime refuses", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Onnx_OfAnotherEngine_SaysWhichOneRunsIt()
    {
        var report = Hosts.Onnx(Write(Model(Node("Relu", ["x"], "y")))).Verify(new VerifyOptions { Engine = ManagedEngine.EngineName });

        Assert.Equal("MR0645: the engine managed does not run ONNX; verify it with --engine onnxruntime", Assert.Single(report.Checks).Detail);
    }

    [Fact]
    public void Onnx_OfAFutureVersion_IsRefusedInTheWordsOfOnnxRuntime_WithoutPlacesAndPaths()
    {
        byte[] future = new ProtobufBuilder().Varint(1, 99).Bytes(7, new ProtobufBuilder().Bytes(1, Node("Relu", ["x"], "y")).String(2, "graph").Bytes(11, Value("x", 4)).Bytes(12, Value("y", 4))).Bytes(8, new ProtobufBuilder().Varint(2, 16));

        var detail = Failed(Write(future), new VerifyOptions()).Detail;

        Assert.StartsWith("MR0645: ONNX Runtime refuses the model", detail, StringComparison.Ordinal);
        Assert.Contains("Unsupported model IR version: 99", detail, StringComparison.Ordinal);
        Assert.DoesNotContain('/', detail);
    }

    [Fact]
    public void Onnx_OfAMillionOperators_IsRefused()
    {
        byte[] node = new ProtobufBuilder().Bytes(1, Node("Relu", ["x"], "y"));
        var nodes = new byte[1_000_000 * node.Length];
        for (var at = 0; at < nodes.Length; at += node.Length) node.CopyTo(nodes, at);

        Assert.Contains("MR0645: its graph has 1000000 operators", Failed(Write(Whole(nodes)), new VerifyOptions()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Onnx_ThatLoopsWithoutEnd_IsEnded()
    {
        var body = new ProtobufBuilder().Bytes(1, Node("Identity", ["go"], "on")).Bytes(1, Node("Identity", ["v"], "w")).String(2, "body")
            .Bytes(11, Value("i", null, 7)).Bytes(11, Value("go", null, 9)).Bytes(11, Value("v", 4)).Bytes(12, Value("on", null, 9)).Bytes(12, Value("w", 4));
        var path = Write(Model(Node("Constant", [], "c", Attribute("value", Tensor, 5, new ProtobufBuilder().Varint(2, 9).Bytes(9, [1]))), Node("Loop", ["", "c", "x"], "y", Attribute("body", Graph, 6, body))));

        Assert.Equal("the verification did not end within 1 s", Failed(path, new VerifyOptions { Timeout = TimeSpan.FromSeconds(1) }).Detail);
    }

    [Fact]
    public void Onnx_ThatAsksForMoreMemoryThanThereIs_IsAFailedRun()
    {
        byte[] sizes = [.. BitConverter.GetBytes(1L << 50)];
        var path = Write(Model(
            Node("Constant", [], "n", Attribute("value", Tensor, 5, new ProtobufBuilder().Varint(1, 1).Varint(2, 7).Bytes(9, sizes))), Node("ConstantOfShape", ["n"], "z"), Node("ReduceSum", ["z"], "s"), Node("Add", ["x", "s"], "y")));

        var failed = Failed(path, new VerifyOptions());

        Assert.Equal("run", failed.Name);
        Assert.StartsWith("MR0645", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Onnx_WithAnInputLargerThanMemory_IsRefusedBeforeItIsMade() =>
        Assert.Contains("MR0615", Failed(Write(Model(1L << 30, Node("Relu", ["x"], "y"))), new VerifyOptions()).Detail, StringComparison.Ordinal);

    [PyTorchTheory]
    [InlineData("bad_parentheses", "nested more than 200 deep")]
    [InlineData("bad_operator", "ops.nowhere.nothing")]
    [InlineData("bad_vision", "MR0645: the archive calls 'ops.torchvision.nms'")]
    [InlineData("bad_million", "MR0645: the archive has 23 MiB of code")]
    [InlineData("bad_giant", "MR0645: libtorch cannot run the archive")]
    public void TorchScript_ThatLibtorchWouldNotSurvive_IsAFailedCheck(string name, string reason) => Assert.Contains(reason, Failed(name, new VerifyOptions()).Detail, StringComparison.Ordinal);

    [PyTorchTheory]
    [InlineData("bad_endless")]
    public void TorchScript_ThatLoopsWithoutEnd_IsEnded(string name) =>
        Assert.Equal("the verification did not end within 1 s", Failed(name, new VerifyOptions { Timeout = TimeSpan.FromSeconds(1) }).Detail);

    [PyTorchTheory]
    [InlineData("bad_collector")]
    public void TorchScript_ThatTakesMemoryWithoutEnd_IsEnded(string name) =>
        Assert.Equal("the verification took more than 64 MiB", Failed(name, new VerifyOptions { MemoryLimit = 64 << 20 }).Detail);

    [Fact]
    public void ProgramThatPrintsWithoutEnd_IsEnded() =>
        Assert.Equal(
            "the verification did not end within 1 s",
            Assert.Single(EngineCall.Verify(new EngineHost("yes", "/usr/bin/yes", []), new VerificationRequest { Weights = "x", Engine = "yes" }, TimeSpan.FromSeconds(1), default).Checks).Detail);

    [Fact]
    public async Task Serving_ByAProgramThatPrintsWithoutEnd_IsACodedError()
    {
        var (manifest, paths) = Hosts.Onnx("convolutional.onnx");

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => ServedModel.StartAsync(
            manifest, file => paths[file.Path.Value], new VerifyOptions { Engine = "yes", Engines = EngineCatalogue.BuiltIn.With(new EngineHost("yes", "/usr/bin/yes", [])) }));

        Assert.Equal("MR0646", failure.Code);
    }

    private CheckResult Failed(string name, VerifyOptions options)
    {
        var (host, model) = Path.IsPathRooted(name) ? (Hosts.OnnxRuntime, Hosts.Onnx(name)) : (Hosts.TorchSharp, models.Describe(name, ".pt", "torchscript"));
        var report = model.Verify(options with { Engine = host.Engine, Engines = EngineCatalogue.BuiltIn.With(host), Threads = 1 });

        var failed = Assert.Single(report.Checks, check => !check.Passed);
        Assert.DoesNotContain('\n', failed.Detail);
        return failed;
    }

    private string Write(byte[] model)
    {
        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, model);
        return path;
    }

    private static byte[] Model(params byte[][] nodes) => Model(4, nodes);

    private static byte[] Model(long size, params byte[][] nodes)
    {
        var graph = new ProtobufBuilder();
        foreach (var node in nodes) graph.Bytes(1, node);
        return Whole(graph, size);
    }

    private static byte[] Whole(byte[] nodes, long size = 4) =>
        new ProtobufBuilder().Varint(1, 8).Bytes(7, new ProtobufBuilder().Concat(nodes).String(2, "graph").Bytes(11, Value("x", size)).Bytes(12, Value("y", size))).Bytes(8, new ProtobufBuilder().Varint(2, 16));

    private static byte[] Node(string type, string[] inputs, string output, params byte[][] attributes)
    {
        var node = new ProtobufBuilder();
        foreach (var input in inputs) node.String(1, input);
        node.String(2, output).String(4, type);
        foreach (var attribute in attributes) node.Bytes(5, attribute);
        return node;
    }

    private static byte[] Attribute(string name, int type, int field, byte[] value) => new ProtobufBuilder().String(1, name).Bytes(field, value).Varint(20, (ulong)type);

    private static byte[] Value(string name, long? size, int type = 1)
    {
        var shape = new ProtobufBuilder();
        if (size is { } length) shape.Bytes(1, new ProtobufBuilder().Varint(1, (ulong)length));
        return new ProtobufBuilder().String(1, name).Bytes(2, new ProtobufBuilder().Bytes(1, new ProtobufBuilder().Varint(1, (ulong)type).Bytes(2, shape)));
    }
}
