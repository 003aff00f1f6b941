namespace ModelRegistry.Weights;

/// <summary>Sizes and names of <see cref="DType"/> values.</summary>
public static class DTypes
{
    /// <summary>Bits one element takes; complex counts both parts, <see cref="DType.String"/> is 0.</summary>
    public static int BitsPerElement(this DType dtype) => dtype switch
    {
        DType.QUInt2x4 => 2,
        DType.UInt4 or DType.Int4 or DType.QUInt4x2 or DType.Float4E2M1 => 4,
        DType.Float6E2M3 or DType.Float6E3M2 => 6,
        DType.Bool or DType.UInt8 or DType.Int8 or DType.QInt8 or DType.QUInt8 => 8,
        DType.Float8E4M3 or DType.Float8E4M3Fnuz or DType.Float8E5M2 or DType.Float8E5M2Fnuz or DType.Float8E8M0 => 8,
        DType.UInt16 or DType.Int16 or DType.Float16 or DType.BFloat16 => 16,
        DType.UInt32 or DType.Int32 or DType.Float32 or DType.QInt32 or DType.Complex32 => 32,
        DType.UInt64 or DType.Int64 or DType.Float64 or DType.Complex64 => 64,
        DType.Complex128 => 128,
        DType.String => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };

    /// <summary>Whole bytes one element takes; 0 for the types packed below a byte and for strings.</summary>
    public static int BytesPerElement(this DType dtype)
    {
        var bits = dtype.BitsPerElement();
        return bits % 8 == 0 ? bits / 8 : 0;
    }

    /// <summary>Bytes that <paramref name="elements"/> packed elements take, rounded up to a whole byte.</summary>
    /// <exception cref="OverflowException">The size does not fit a <see cref="long"/>.</exception>
    public static long ByteLength(this DType dtype, long elements)
    {
        var bytes = dtype.BytesPerElement();
        return bytes > 0
            ? checked(elements * bytes)
            : checked((long)(((Int128)elements * dtype.BitsPerElement() + 7) / 8));
    }

    /// <summary>The name PyTorch gives the type without its <c>torch.</c> prefix: <c>float32</c>, <c>bfloat16</c>, <c>quint4x2</c>.</summary>
    public static string DisplayName(this DType dtype) => dtype switch
    {
        DType.Bool => "bool",
        DType.UInt8 => "uint8",
        DType.Int8 => "int8",
        DType.UInt16 => "uint16",
        DType.Int16 => "int16",
        DType.UInt32 => "uint32",
        DType.Int32 => "int32",
        DType.UInt64 => "uint64",
        DType.Int64 => "int64",
        DType.UInt4 => "uint4",
        DType.Int4 => "int4",
        DType.Float16 => "float16",
        DType.BFloat16 => "bfloat16",
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Complex32 => "complex32",
        DType.Complex64 => "complex64",
        DType.Complex128 => "complex128",
        DType.QInt8 => "qint8",
        DType.QUInt8 => "quint8",
        DType.QInt32 => "qint32",
        DType.QUInt4x2 => "quint4x2",
        DType.QUInt2x4 => "quint2x4",
        DType.Float8E4M3 => "float8_e4m3fn",
        DType.Float8E4M3Fnuz => "float8_e4m3fnuz",
        DType.Float8E5M2 => "float8_e5m2",
        DType.Float8E5M2Fnuz => "float8_e5m2fnuz",
        DType.Float8E8M0 => "float8_e8m0fnu",
        DType.Float6E2M3 => "float6_e2m3",
        DType.Float6E3M2 => "float6_e3m2",
        DType.Float4E2M1 => "float4_e2m1",
        DType.String => "string",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };

    /// <summary>Bytes that change place together between little and big endian: complex numbers swap each part alone.</summary>
    internal static int SwapWidth(this DType dtype) => dtype switch
    {
        DType.Complex32 => 2,
        DType.Complex64 => 4,
        DType.Complex128 => 8,
        _ => Math.Max(1, dtype.BytesPerElement()),
    };
}
