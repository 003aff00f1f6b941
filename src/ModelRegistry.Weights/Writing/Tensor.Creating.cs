using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ModelRegistry.Weights;

public sealed partial class Tensor
{
    /// <summary>A tensor over bytes in memory, e.g. to write it to a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dtype">Its element type.</param>
    /// <param name="shape">Its dimensions; empty for a scalar.</param>
    /// <param name="bytes">Its elements in row-major, little-endian order; must not change while the tensor is in use.</param>
    /// <exception cref="ArgumentException">The number of bytes does not match shape and type.</exception>
    /// <exception cref="WeightsFormatException">The shape is impossible (MR0517).</exception>
    public static Tensor FromBytes(string name, DType dtype, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        var storage = new TensorStorage(MappedFile.FromBytes(bytes), 0, bytes.Length, name);
        var tensor = Contiguous(Display.Escape(name), [new TensorKey(TensorKeyKind.Name, name)], dtype, ImmutableArray.Create(shape), storage);
        return tensor.ByteLength == bytes.Length
            ? tensor
            : throw new ArgumentException($"{bytes.Length} bytes where {tensor} needs {tensor.ByteLength}.", nameof(bytes));
    }

    /// <summary>A copy of single-precision values as a tensor, e.g. to write it to a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its dimensions; empty for a scalar.</param>
    /// <param name="values">Its elements in row-major order.</param>
    /// <exception cref="ArgumentException">The number of values does not match the shape.</exception>
    /// <exception cref="WeightsFormatException">The shape is impossible (MR0517).</exception>
    public static Tensor FromFloat32(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        var bytes = MemoryMarshal.AsBytes(values).ToArray();
        if (!BitConverter.IsLittleEndian)
            Endianness.Swap(bytes, sizeof(float));
        return FromBytes(name, DType.Float32, shape, bytes);
    }
}
