using System.IO.Compression;

namespace ModelRegistry.Weights.Tests.Writing;

public sealed class PyTorchWriterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("writer").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Write_Records_StartOn64ByteBoundariesAndPassTheFrameworksReader()
    {
        var path = Written([Samples.Of(DType.Float32, "a", 1, 5), Samples.Of(DType.UInt8, "b", 2, 3), Samples.Of(DType.Float64, "c", 3, 0)]);
        var bytes = File.ReadAllBytes(path);
        using var zip = ZipFile.OpenRead(path);
        Assert.Equal(
            ["archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/data/1", "archive/data/2", "archive/version"],
            zip.Entries.Select(entry => entry.FullName));
        foreach (var tensor in Open(path).Tensors.Where(tensor => tensor.ByteLength > 0))
            Assert.Equal(0, tensor.FileRange!.Value.Offset % 64);
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(content);
            Assert.Equal(entry.Crc32, Crc32.Compute(content.ToArray()));
            Assert.True(bytes.AsSpan().IndexOf(content.ToArray()) >= 0);
        }
    }

    [Fact]
    public void Write_ThenOpen_GivesBackEveryTensorInOrder()
    {
        var random = new Random(41);
        var types = Enum.GetValues<DType>().Where(PyTorchTypes.Holds).ToArray();
        for (var round = 0; round < 50; round++)
        {
            var tensors = Enumerable.Range(0, random.Next(1, 8))
                .Select(i => Samples.Of(types[random.Next(types.Length)], $"layer.{i}.é\U0001F600{random.Next()}", random.Next(), random.Next(4), random.Next(300)))
                .ToList();
            using var file = Open(Written(tensors));
            Assert.Equal(WeightsFormat.PyTorchZip, file.Format);
            Assert.Equal(tensors.Select(named => named.Name), file.Tensors.Select(tensor => tensor.KeyPath[^1].Text));
            foreach (var ((_, tensor), back) in tensors.Zip(file.Tensors))
            {
                Assert.Equal(tensor.DType, back.DType);
                Assert.Equal(tensor.Shape.AsEnumerable(), back.Shape.AsEnumerable());
                Assert.Equal(Samples.BytesOf(tensor), Samples.BytesOf(back));
            }
        }
    }

    [Fact]
    public void Write_MoreTensorsThanOneBatchOfItems_KeepsAll()
    {
        using var file = Open(Written(Enumerable.Range(0, 2500).Select(i => Samples.Of(DType.UInt8, $"t{i}", i, 1))));
        Assert.Equal(2500, file.Tensors.Count);
    }

    [Fact]
    public void Write_SharedMemory_StaysShared()
    {
        var storage = Samples.Storage(DType.Float32, 8);
        using var file = Open(Written(
        [
            Samples.View("a", DType.Float32, storage, 0, [4, 2], [2, 1]),
            Samples.View("b", DType.Float32, storage, 2, [2, 3], [1, 2]),
            Samples.Of(DType.Float32, "c", 1, 2),
        ]));
        Assert.True(file.Tensors[0].SharesStorageWith(file.Tensors[1]));
        Assert.False(file.Tensors[0].SharesStorageWith(file.Tensors[2]));
        Assert.Equal<long>([1, 2], file.Tensors[1].Strides);
        Assert.Equal(2, file.Tensors[1].StorageOffset);
    }

    [Fact]
    public void Write_PartOfALargeStorage_WritesJustThatPart()
    {
        using var file = Open(Written([Samples.View("part", DType.Float32, Samples.Storage(DType.Float32, 1000), 10, [2, 2], [7, 1])]));
        Assert.Equal(16, file.Tensors[0].StorageByteLength);
        Assert.True(file.Tensors[0].IsContiguous);
    }

    [Fact]
    public void Write_TensorThatFillsItsStorage_KeepsItsStrides()
    {
        using var file = Open(Written([Samples.View("t", DType.UInt8, Samples.Storage(DType.UInt8, 6), 0, [3, 2], [1, 3])]));
        Assert.Equal<long>([1, 3], file.Tensors[0].Strides);
        Assert.Equal([0, 3, 1, 4, 2, 5], Samples.BytesOf(file.Tensors[0]));
    }

    [Fact]
    public void Write_MemorySharedByTwoTypes_IsRefusedUnlessCopiesAreAskedFor()
    {
        var storage = Samples.Storage(DType.Float32, 4);
        NamedTensor[] tensors = [Samples.View("f", DType.Float32, storage, 0, [4], [1]), Samples.View("i", DType.Int32, storage, 0, [2], [1])];
        Assert.Equal("MR0572", Assert.Throws<WeightsFormatException>(() => Written(tensors)).Code);

        using var file = Open(Written(tensors, new WeightsWriteOptions { SharedTensors = SharedTensors.Clone }));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Samples.BytesOf(file.Tensors[1]));
    }

    [Theory]
    [InlineData(DType.QUInt8)]
    [InlineData(DType.Float4E2M1)]
    [InlineData(DType.Int4)]
    public void Write_TypeAStateDictCannotHold_IsRefused(DType dtype) =>
        Assert.Equal("MR0571", Assert.Throws<WeightsFormatException>(() => Written([Samples.Of(dtype, "t", 1, 2)])).Code);

    [Fact]
    public void Write_WithZip64Forced_IsReadByUsAndByTheFramework()
    {
        var path = Path.Combine(_directory, "zip64.pth");
        var layout = PyTorchLayout.Of([Samples.Of(DType.Float32, "a", 1, 100), Samples.Of(DType.Float32, "b", 2, 1)], SharedTensors.Refuse);
        using (var stream = File.Create(path))
            PyTorchWriter.Write(stream, layout, null, CancellationToken.None, zip64From: 100);

        using var file = Open(path);
        Assert.Equal(400, file.Tensors[0].ByteLength);
        using var zip = ZipFile.OpenRead(path);
        Assert.Equal(400, zip.GetEntry("archive/data/0")!.Length);
    }

    [Fact]
    public void Write_DestinationThatExists_IsLeftAloneUnlessToldOtherwise()
    {
        var path = Path.Combine(_directory, "there.pth");
        File.WriteAllText(path, "precious");
        Assert.Equal("MR0570", Assert.Throws<WeightsFormatException>(() => PyTorchWriter.Write(path, [])).Code);
        Assert.Equal("precious", File.ReadAllText(path));

        PyTorchWriter.Write(path, [Samples.Of(DType.UInt8, "t", 1, 1)], new WeightsWriteOptions { Overwrite = true });
        using var file = Open(path);
        Assert.Single(file.Tensors);
    }

    [Fact]
    public void Write_Cancelled_LeavesNothingBehind()
    {
        using var source = new CancellationTokenSource();
        var progress = new Cancelling(source);
        var path = Path.Combine(_directory, "cancelled.pth");
        Assert.Throws<OperationCanceledException>(() => PyTorchWriter.Write(path, [Samples.Of(DType.UInt8, "a", 1, 3 << 20)], null, progress, source.Token));
        Assert.Equal(1 << 20, progress.Last);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void Write_IntoADirectoryThatIsNotThere_IsACodedError() =>
        Assert.Equal("MR0577", Assert.Throws<WeightsFormatException>(() => PyTorchWriter.Write(Path.Combine(_directory, "absent", "x.pth"), [])).Code);

    private string Written(IEnumerable<NamedTensor> tensors, WeightsWriteOptions? options = null)
    {
        var path = Path.Combine(_directory, Path.GetRandomFileName());
        PyTorchWriter.Write(path, tensors, options);
        return path;
    }

    private static WeightsFile Open(string path) => WeightsFile.Open(File.ReadAllBytes(path));

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value)
        {
            Last = value;
            source.Cancel();
        }
    }
}
