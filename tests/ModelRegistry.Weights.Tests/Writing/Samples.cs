using System.Collections.Immutable;

namespace ModelRegistry.Weights.Tests.Writing;

/// <summary>Tensors to write.</summary>
internal static class Samples
{
    public static NamedTensor Of(DType dtype, string name, int seed, params long[] shape)
    {
        var elements = shape.Aggregate(1L, (a, b) => a * b);
        var bytes = new byte[dtype.ByteLength(elements)];
        new Random(seed).NextBytes(bytes);
        if (dtype == DType.Bool)
            bytes = [.. bytes.Select(b => (byte)(b & 1))];
        return new NamedTensor(name, Tensor.FromBytes(name, dtype, shape, bytes));
    }

    /// <summary>A storage of <paramref name="elements"/> elements counting up in bytes, to take views of.</summary>
    public static TensorStorage Storage(DType dtype, int elements, bool bigEndian = false)
    {
        var bytes = Enumerable.Range(0, (int)dtype.ByteLength(elements)).Select(i => (byte)i).ToArray();
        return new TensorStorage(MappedFile.FromBytes(bytes), 0, bytes.Length, "0") { IsBigEndian = bigEndian };
    }

    public static NamedTensor View(string name, DType dtype, TensorStorage storage, long offset, ImmutableArray<long> shape, ImmutableArray<long> strides) =>
        new(name, Tensor.Strided(name, [new TensorKey(TensorKeyKind.Name, name)], dtype, shape, strides, storage, offset));

    public static byte[] BytesOf(Tensor tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        tensor.CopyTo(bytes);
        return bytes;
    }
}
