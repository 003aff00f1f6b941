using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Weights.Tests.Writing;

public sealed class SafetensorsWriterTests
{
    [Fact]
    public void Write_Tensors_InTheReferencesCanonicalForm()
    {
        var bytes = Written(
            [Samples.Of(DType.UInt8, "c", 1, 3), Samples.Of(DType.Float32, "b", 2, 2), Samples.Of(DType.Float32, "a", 3), Samples.Of(DType.Int64, "d", 4, 1, 1)],
            new WeightsWriteOptions { Metadata = new Dictionary<string, string> { ["format"] = "pt", ["by"] = "a\"b" } });

        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(
            """{"__metadata__":{"by":"a\"b","format":"pt"},"d":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[],"data_offsets":[8,12]},"b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]},"c":{"dtype":"U8","shape":[3],"data_offsets":[20,23]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal(8 + length + 23, bytes.Length);
    }

    [Fact]
    public void Write_ThenOpen_GivesBackEveryTensor()
    {
        var random = new Random(31);
        var types = Enum.GetValues<DType>().Where(dtype => SafetensorsTypes.NameOf(dtype) is not null).ToArray();
        for (var round = 0; round < 100; round++)
        {
            var tensors = Enumerable.Range(0, random.Next(8))
                .Select(i => Samples.Of(types[random.Next(types.Length)], $"layer.{i}.\"\\\u0007é\U0001F600{random.Next()}", random.Next(), 4 * random.Next(1, 4), random.Next(3)))
                .ToList();
            using var file = WeightsFile.Open(Written(tensors));
            Assert.Equal(tensors.Count, file.Tensors.Count);
            foreach (var (name, tensor) in tensors)
            {
                var back = Assert.Single(file.Tensors, candidate => candidate.KeyPath[0].Text == name);
                Assert.Equal(tensor.DType, back.DType);
                Assert.Equal(tensor.Shape.AsEnumerable(), back.Shape.AsEnumerable());
                Assert.Equal(Samples.BytesOf(tensor), Samples.BytesOf(back));
            }
        }
    }

    [Fact]
    public void Write_SameTensorsInAnyOrder_MakesTheSameBytes()
    {
        NamedTensor[] tensors = [Samples.Of(DType.Float32, "\uFFFD", 1, 2), Samples.Of(DType.Float32, "\U0001F600", 2, 2), Samples.Of(DType.Float16, "z", 3, 2)];
        var bytes = Written(tensors);
        Assert.Equal(bytes, Written([.. tensors.Reverse()]));
        // U+FFFD comes before U+1F600 in UTF-8, though not in UTF-16.
        using var file = WeightsFile.Open(bytes);
        Assert.Equal("\uFFFD", file.Tensors[0].KeyPath[0].Text);
    }

    [Fact]
    public void Write_StridedAndBigEndianTensors_AsRowMajorLittleEndian()
    {
        var transposed = Samples.View("t", DType.UInt8, Samples.Storage(DType.UInt8, 6), 0, [3, 2], [1, 3]);
        var swapped = Samples.View("s", DType.UInt16, Samples.Storage(DType.UInt16, 2, bigEndian: true), 0, [2], [1]);
        using var file = WeightsFile.Open(Written([transposed, swapped]));
        Assert.Equal([1, 0, 3, 2], file.Tensors[0].Bytes.ToArray());
        Assert.Equal([0, 3, 1, 4, 2, 5], file.Tensors[1].Bytes.ToArray());
    }

    [Theory]
    [InlineData(DType.Complex128)]
    [InlineData(DType.Complex32)]
    [InlineData(DType.QInt8)]
    [InlineData(DType.Int4)]
    public void Write_TypeSafetensorsDoesNotHave_IsRefusedWithTheTensorsName(DType dtype)
    {
        var error = Refused("MR0571", [Samples.Of(dtype, "layer.weight", 1, 2)]);
        Assert.Contains("'layer.weight'", error.Message, StringComparison.Ordinal);
        Assert.Contains(dtype.DisplayName(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SharedMemory_IsRefusedUnlessCopiesAreAskedFor()
    {
        var storage = Samples.Storage(DType.Float32, 4);
        NamedTensor[] tied = [Samples.View("a", DType.Float32, storage, 0, [4], [1]), Samples.View("b", DType.Float32, storage, 2, [2], [1])];
        var error = Refused("MR0572", tied);
        Assert.Contains("'a' and 'b'", error.Message, StringComparison.Ordinal);

        using var file = WeightsFile.Open(Written(tied, new WeightsWriteOptions { SharedTensors = SharedTensors.Clone }));
        Assert.Equal([8, 9, 10, 11, 12, 13, 14, 15], file.Tensors[1].Bytes.ToArray());
    }

    [Fact]
    public void Write_DisjointPartsOfOneStorage_AreNotShared()
    {
        var storage = Samples.Storage(DType.Float32, 4);
        Written([Samples.View("a", DType.Float32, storage, 0, [2], [1]), Samples.View("b", DType.Float32, storage, 2, [2], [1]), Samples.View("c", DType.Float32, storage, 1, [0], [1])]);
    }

    [Fact]
    public void Write_ImpossibleNames_AreRefused()
    {
        Refused("MR0573", [Samples.Of(DType.UInt8, "a", 1, 1), Samples.Of(DType.UInt8, "a", 2, 1)]);
        Refused("MR0573", [Samples.Of(DType.UInt8, "__metadata__", 1, 1)]);
        Refused("MR0573", [Samples.Of(DType.UInt8, "\ud83d", 1, 1)]);
    }

    [Fact]
    public void Write_TensorWithoutData_IsRefused() =>
        Refused("MR0576", [new NamedTensor("meta", Tensor.Contiguous("meta", [], DType.Float32, [2], null))]);

    private static byte[] Written(IEnumerable<NamedTensor> tensors, WeightsWriteOptions? options = null)
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, options);
        return stream.ToArray();
    }

    private static WeightsFormatException Refused(string code, IEnumerable<NamedTensor> tensors)
    {
        var error = Assert.Throws<WeightsFormatException>(() => Written(tensors));
        Assert.Equal(code, error.Code);
        return error;
    }
}
