using System.Security.Cryptography;
using System.Text.Json;

namespace ModelRegistry.Weights.Tests.Writing;

/// <summary>What we write PyTorch reads back bit for bit, and the other way round.</summary>
public sealed class RealPyTorchTests(MadeByPyTorch made) : IClassFixture<MadeByPyTorch>, IDisposable
{
    /// <summary>Types of this library that PyTorch 1.13 knows.</summary>
    private static readonly DType[] Types =
    [
        DType.Float64, DType.Float32, DType.Float16, DType.BFloat16, DType.Int64, DType.Int32, DType.Int16, DType.Int8,
        DType.UInt8, DType.Bool, DType.Complex64, DType.Complex128,
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("pytorch").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [PyTorchFact]
    public void Write_StateDictAndSafetensors_PyTorchReadsThemBitForBit()
    {
        var tensors = Types.Select((dtype, i) => Samples.Of(dtype, $"of.{dtype}", i, 3, 1, 70)).ToList();
        tensors.Add(Samples.Of(DType.Float32, "scalar", 90));
        tensors.Add(Samples.Of(DType.Float32, "empty", 91, 0, 3));
        tensors.Add(Samples.Of(DType.Int64, "größe \U0001F600 \"\\\n", 92, 2));
        tensors.AddRange(Enumerable.Range(0, 1500).Select(i => Samples.Of(DType.Float32, $"many.{i}", i, 2)));
        var storage = Samples.Storage(DType.Float32, 12);
        NamedTensor[] tied = [Samples.View("tied.a", DType.Float32, storage, 0, [3, 4], [4, 1]), Samples.View("tied.b", DType.Float32, storage, 1, [2, 3], [1, 4])];
        var transposed = Samples.View("transposed", DType.Int16, Samples.Storage(DType.Int16, 6), 0, [3, 2], [1, 3]);
        var (stateDict, zip64, safetensors) = (At("written.pth"), At("zip64.pth"), At("written.safetensors"));

        PyTorchWriter.Write(stateDict, [.. tensors, .. tied, transposed]);
        using (var stream = File.Create(zip64))
            PyTorchWriter.Write(stream, PyTorchLayout.Of([.. tensors], SharedTensors.Refuse), null, CancellationToken.None, zip64From: 1000);
        var forSafetensors = tensors.Where(named => named.Tensor.DType != DType.Complex128).ToList();
        SafetensorsWriter.Write(safetensors, forSafetensors);

        using var read = Describe(stateDict, zip64, safetensors);
        AssertHolds([.. tensors, .. tied, transposed], read.RootElement.GetProperty(stateDict));
        AssertHolds(tensors, read.RootElement.GetProperty(zip64));
        AssertHolds(forSafetensors, read.RootElement.GetProperty(safetensors));
        var first = read.RootElement.GetProperty(stateDict);
        Assert.Equal(StorageOf(first, "tied.a"), StorageOf(first, "tied.b"));
        Assert.NotEqual(StorageOf(first, "tied.a"), StorageOf(first, "scalar"));
    }

    [PyTorchFact]
    public void Open_CompressedSparseRows_AreReadAsTheirParts()
    {
        PyTorch.RunProgram("import sys, torch; m = torch.tensor([[0., 1.5, 0.], [2., 0., 3.]]).to_sparse_csr(); torch.save({'s': m, 'dense': torch.ones(2)}, sys.argv[1])", At("csr.pth"));

        Assert.Equal(ScanVerdict.Safe, WeightsScanner.Scan(At("csr.pth")).Verdict);
        using var file = WeightsFile.Open(At("csr.pth"));
        Assert.Equal(["dense", "s.col_indices", "s.crow_indices", "s.values"], file.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal([1.5f, 2, 3], file.Tensors.Single(t => t.Name == "s.values").ToFloat32());
    }

    [PyTorchFact]
    public void Convert_FilesPyTorchMade_KeepsEveryBit()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(made.At("expected.json")));
        var written = new List<string>();
        foreach (var source in new[] { "zip.pth", "legacy.pth", "checkpoint.pth", "plain.safetensors" })
        {
            var destination = At(source + (source.EndsWith(".pth", StringComparison.Ordinal) ? ".safetensors" : ".pth"));
            var report = WeightsConverter.Convert(made.At(source), destination);
            Assert.Equal(expected.RootElement.GetProperty("state").EnumerateObject().Count(), report.TensorCount);
            Assert.Equal(new FileInfo(destination).Length, report.FileLength);
            Assert.Equal(source is "checkpoint.pth" or "plain.safetensors", report.LeftOut.Count > 0);
            written.Add(destination);
        }
        WeightsConverter.Convert(made.At("legacy.pth"), At("modern.pth"));
        written.Add(At("modern.pth"));

        using var read = Describe([.. written]);
        foreach (var path in written)
            AssertSame(expected.RootElement.GetProperty("state"), read.RootElement.GetProperty(path));
    }

    [PyTorchFact]
    public void Convert_TiedWeights_AreRefusedForSafetensorsAndKeptForPyTorch()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(made.At("expected.json")));

        var error = Assert.Throws<WeightsFormatException>(() => WeightsConverter.Convert(made.At("tied.pth"), At("tied.safetensors")));
        Assert.Equal("MR0572", error.Code);
        Assert.False(File.Exists(At("tied.safetensors")));
        var report = WeightsConverter.Convert(made.At("tied.pth"), At("tied.safetensors"), new ConversionOptions { SharedTensors = SharedTensors.Clone });
        Assert.Equal(["embed.weight", "head.weight", "head.bias"], Assert.Single(report.Cloned));
        Assert.Empty(WeightsConverter.Convert(made.At("tied.pth"), At("again.pth")).Cloned);

        using var read = Describe(At("tied.safetensors"), At("again.pth"));
        AssertSame(expected.RootElement.GetProperty("tied"), read.RootElement.GetProperty(At("tied.safetensors")));
        var again = read.RootElement.GetProperty(At("again.pth"));
        AssertSame(expected.RootElement.GetProperty("tied"), again);
        Assert.Equal(StorageOf(again, "embed.weight"), StorageOf(again, "head.bias"));
    }

    private string At(string name) => Path.Combine(_directory, name);

    private static JsonDocument Describe(params string[] paths) => JsonDocument.Parse(PyTorch.RunPeer(["describe", .. paths]));

    private static int StorageOf(JsonElement tensors, string name) => tensors.GetProperty(name).GetProperty("storage").GetInt32();

    private static void AssertHolds(IReadOnlyCollection<NamedTensor> expected, JsonElement actual)
    {
        Assert.Equal(expected.Count, actual.EnumerateObject().Count());
        foreach (var (name, tensor) in expected)
        {
            var read = actual.GetProperty(name);
            Assert.Equal(tensor.DType.DisplayName(), read.GetProperty("dtype").GetString());
            Assert.Equal(tensor.Shape.AsEnumerable(), read.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64()));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Samples.BytesOf(tensor))), read.GetProperty("sha256").GetString());
        }
    }

    private static void AssertSame(JsonElement expected, JsonElement actual)
    {
        Assert.Equal(expected.EnumerateObject().Count(), actual.EnumerateObject().Count());
        foreach (var tensor in expected.EnumerateObject())
        {
            var read = actual.GetProperty(tensor.Name);
            foreach (var property in new[] { "dtype", "shape", "sha256" })
                Assert.Equal($"{tensor.Name} {tensor.Value.GetProperty(property)}", $"{tensor.Name} {read.GetProperty(property)}");
        }
    }
}
