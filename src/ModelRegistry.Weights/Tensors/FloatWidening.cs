using System.Buffers.Binary;

namespace ModelRegistry.Weights.Tensors;

/// <summary>Turns stored little-endian elements into single precision.</summary>
internal static class FloatWidening
{
    internal static bool Supports(DType dtype) => dtype is DType.Bool or DType.UInt8 or DType.Int8 or DType.UInt16 or DType.Int16
        or DType.UInt32 or DType.Int32 or DType.UInt64 or DType.Int64 or DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64
        or DType.Float8E4M3 or DType.Float8E5M2;

    internal static void Widen(DType dtype, ReadOnlySpan<byte> source, Span<float> destination)
    {
        var width = dtype.BytesPerElement();
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = One(dtype, source.Slice(i * width, width));
        }
    }

    private static float One(DType dtype, ReadOnlySpan<byte> bytes) => dtype switch
    {
        DType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        DType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        DType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        DType.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        DType.Bool => bytes[0] == 0 ? 0 : 1,
        DType.UInt8 => bytes[0],
        DType.Int8 => (sbyte)bytes[0],
        DType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        DType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        DType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        DType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        DType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        DType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        DType.Float8E5M2 => (float)BitConverter.UInt16BitsToHalf((ushort)(bytes[0] << 8)),
        DType.Float8E4M3 => Float8E4M3(bytes[0]),
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };

    private static float Float8E4M3(byte bits)
    {
        var exponent = bits >> 3 & 15;
        var mantissa = bits & 7;
        var magnitude = (bits & 0x7f) == 0x7f ? float.NaN
            : exponent == 0 ? MathF.ScaleB(mantissa, -9)
            : MathF.ScaleB(8 + mantissa, exponent - 10);
        return (bits & 0x80) == 0 ? magnitude : -magnitude;
    }
}
