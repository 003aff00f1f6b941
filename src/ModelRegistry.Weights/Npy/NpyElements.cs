using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ModelRegistry.Weights.Npy;

/// <summary>Conversions of raw <c>.npy</c> elements.</summary>
internal static class NpyElements
{
    public static float[] ToFloat32(ReadOnlySpan<byte> bytes, NpyElementType type)
    {
        var values = new float[bytes.Length / type.Size];
        if (BitConverter.IsLittleEndian && type is { Kind: 'f', Size: 4, IsBigEndian: false })
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        else
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = Convert(bytes.Slice(i * type.Size, type.Size), type);
        }
        return values;
    }

    /// <summary>Reorders column-major <paramref name="values"/> of the given shape to row-major.</summary>
    public static float[] ToRowMajor(float[] values, ReadOnlySpan<long> shape)
    {
        if (shape.Length < 2 || values.Length == 0)
            return values;
        var ordered = new float[values.Length];
        var from = new ColumnMajorOrder(shape);
        for (var i = 0; i < ordered.Length; i++)
            ordered[i] = values[from.Next()];
        return ordered;
    }

    /// <summary>The elements as tensors hold them; not copied where they stand so already.</summary>
    public static ReadOnlyMemory<byte> ToRowMajorLittleEndian(ReadOnlyMemory<byte> bytes, NpyElementType type, bool isFortranOrder, ReadOnlySpan<long> shape)
    {
        if (!type.IsBigEndian && (!isFortranOrder || shape.Length < 2))
            return bytes;
        var ordered = bytes.ToArray();
        if (isFortranOrder && shape.Length >= 2)
        {
            var from = new ColumnMajorOrder(shape);
            for (var at = 0; at < ordered.Length; at += type.Size)
                bytes.Span.Slice(from.Next() * type.Size, type.Size).CopyTo(ordered.AsSpan(at));
        }

        if (type.IsBigEndian)
            Endianness.Swap(ordered, type.Size);
        return ordered;
    }

    /// <summary>Walks the elements of a column-major array in row-major order.</summary>
    private struct ColumnMajorOrder
    {
        private readonly int[] _shape;
        private readonly int[] _strides;
        private readonly int[] _index;
        private int _place;

        public ColumnMajorOrder(ReadOnlySpan<long> shape)
        {
            (_shape, _strides, _index) = (new int[shape.Length], new int[shape.Length], new int[shape.Length]);
            var stride = 1;
            for (var d = 0; d < shape.Length; d++)
            {
                (_shape[d], _strides[d]) = ((int)shape[d], stride);
                stride *= _shape[d];
            }
        }

        public int Next()
        {
            var place = _place;
            for (var d = _shape.Length - 1; d >= 0; d--)
            {
                _place += _strides[d];
                if (++_index[d] < _shape[d])
                    break;
                _place -= _strides[d] * _shape[d];
                _index[d] = 0;
            }

            return place;
        }
    }

    private static float Convert(ReadOnlySpan<byte> element, NpyElementType type)
    {
        var bits = type.Size switch
        {
            1 => element[0],
            2 => type.IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(element) : BinaryPrimitives.ReadUInt16LittleEndian(element),
            4 => type.IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(element) : BinaryPrimitives.ReadUInt32LittleEndian(element),
            _ => type.IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(element) : BinaryPrimitives.ReadUInt64LittleEndian(element),
        };
        return (type.Kind, type.Size) switch
        {
            ('f', 2) => (float)BitConverter.UInt16BitsToHalf((ushort)bits),
            ('f', 4) => BitConverter.UInt32BitsToSingle((uint)bits),
            ('f', _) => (float)BitConverter.UInt64BitsToDouble(bits),
            ('i', 1) => (sbyte)bits,
            ('i', 2) => (short)bits,
            ('i', 4) => (int)bits,
            ('i', _) => (long)bits,
            ('b', _) => bits == 0 ? 0 : 1,
            _ => bits,
        };
    }
}
