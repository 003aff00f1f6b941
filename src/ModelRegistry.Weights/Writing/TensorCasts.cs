using System.Buffers;
using System.Buffers.Binary;

namespace ModelRegistry.Weights.Writing;

/// <summary>Gives floating-point tensors another type while they are converted; integers, booleans and quantised ones stay as they are.</summary>
internal static class TensorCasts
{
    internal static IReadOnlyList<NamedTensor> Apply(IReadOnlyList<NamedTensor> tensors, DType? target)
    {
        if (target is not { } dtype)
        {
            return tensors;
        }

        if (dtype is not (DType.Float32 or DType.Float16 or DType.BFloat16))
        {
            throw new WeightsFormatException(WritingError.Type, $"tensors are not converted to {dtype.DisplayName()}", hint: "choose float32, float16 or bfloat16");
        }

        // Tensors that share memory share it afterwards too: each is cast once.
        var cast = new Dictionary<(object, long, string), Tensor>();
        return [.. tensors.Select(named => new NamedTensor(named.Name, Cast(named.Tensor, dtype, cast)))];
    }

    private static Tensor Cast(Tensor tensor, DType dtype, Dictionary<(object, long, string), Tensor> cast)
    {
        if (tensor.DType == dtype || !tensor.HasData || tensor.Quantization is not null
            || tensor.DType is not (DType.Float64 or DType.Float32 or DType.Float16 or DType.BFloat16))
        {
            return tensor;
        }

        var key = (tensor.StorageIdentity!, tensor.StorageOffset, $"{tensor.DType} {string.Join(",", tensor.Shape)} {string.Join(",", tensor.Strides)}");
        if (!cast.TryGetValue(key, out var made))
        {
            var length = Geometry.ByteLength(dtype, tensor.ElementCount, tensor.Name);
            var storage = new TensorStorage((offset, destination) => Read(tensor, dtype, offset, destination), length, tensor.StorageKey);
            cast.Add(key, made = Tensor.Contiguous(tensor.Name, tensor.KeyPath, dtype, tensor.Shape, storage));
        }

        return made;
    }

    /// <summary>Rounds to nearest, ties to even, as PyTorch does; what is too large becomes infinite. A part at a time: memory stays constant.</summary>
    private static void Read(Tensor tensor, DType dtype, long offset, Span<byte> destination)
    {
        var (from, to) = (tensor.DType.BytesPerElement(), dtype.BytesPerElement());
        var count = destination.Length / to;
        var source = ArrayPool<byte>.Shared.Rent(count * from);
        var values = ArrayPool<float>.Shared.Rent(count);
        try
        {
            tensor.Read(offset / to * from, source.AsSpan(0, count * from));
            FloatWidening.Widen(tensor.DType, source.AsSpan(0, count * from), values.AsSpan(0, count));
            for (var i = 0; i < count; i++)
            {
                switch (dtype)
                {
                    case DType.Float32:
                        BinaryPrimitives.WriteSingleLittleEndian(destination[(4 * i)..], values[i]);
                        break;
                    case DType.Float16:
                        BinaryPrimitives.WriteHalfLittleEndian(destination[(2 * i)..], (Half)values[i]);
                        break;
                    default:
                        BinaryPrimitives.WriteUInt16LittleEndian(destination[(2 * i)..], ToBFloat16(values[i]));
                        break;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(source);
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
