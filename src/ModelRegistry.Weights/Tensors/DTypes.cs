namespace ModelRegistry.Weights;

/// <summary>Sizes and names of <see cref="DType"/> values.</summary>
public static class DTypes
{
    /// <summary>Bits one element takes; complex counts both parts; 0 for <see cref="DType.String"/> and for the types of GGUF, whose blocks have a size and their elements none.</summary>
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
        _ when dtype.ElementsPerBlock() > 1 => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };

    /// <summary>Whole bytes one element takes; 0 for the types packed below a byte and for strings.</summary>
    public static int BytesPerElement(this DType dtype)
    {
        var bits = dtype.BitsPerElement();
        return bits % 8 == 0 ? bits / 8 : 0;
    }

    /// <summary>Elements that are stored together, for the quantised types of GGUF; else 1.</summary>
    public static int ElementsPerBlock(this DType dtype) => BlockOf(dtype).Elements;

    /// <summary>Bytes that <paramref name="elements"/> packed elements take, rounded up to a whole byte.</summary>
    /// <exception cref="OverflowException">The size does not fit a <see cref="long"/>.</exception>
    public static long ByteLength(this DType dtype, long elements)
    {
        if (BlockOf(dtype) is { Elements: > 1 } block)
        {
            return checked((elements + block.Elements - 1) / block.Elements * block.Bytes);
        }

        var bytes = dtype.BytesPerElement();
        return bytes > 0
            ? checked(elements * bytes)
            : checked((elements * dtype.BitsPerElement()) + 7) / 8;
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
        DType.Q4V0 => "q4_0",
        DType.Q4V1 => "q4_1",
        DType.Q5V0 => "q5_0",
        DType.Q5V1 => "q5_1",
        DType.Q8V0 => "q8_0",
        DType.Q2K => "q2_k",
        DType.Q3K => "q3_k",
        DType.Q4K => "q4_k",
        DType.Q5K => "q5_k",
        DType.Q6K => "q6_k",
        DType.Q8K => "q8_k",
        DType.IQ2XXS => "iq2_xxs",
        DType.IQ2XS => "iq2_xs",
        DType.IQ3XXS => "iq3_xxs",
        DType.IQ1S => "iq1_s",
        DType.IQ4NL => "iq4_nl",
        DType.IQ3S => "iq3_s",
        DType.IQ2S => "iq2_s",
        DType.IQ4XS => "iq4_xs",
        DType.IQ1M => "iq1_m",
        DType.TQ1V0 => "tq1_0",
        DType.TQ2V0 => "tq2_0",
        DType.MXFP4 => "mxfp4",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };

    /// <summary>Source: GGML_QUANT_SIZES of gguf-py.</summary>
    private static (int Elements, int Bytes) BlockOf(DType dtype) => dtype switch
    {
        DType.Q4V0 => (32, 18),
        DType.Q4V1 => (32, 20),
        DType.Q5V0 => (32, 22),
        DType.Q5V1 => (32, 24),
        DType.Q8V0 => (32, 34),
        DType.Q2K => (256, 84),
        DType.Q3K => (256, 110),
        DType.Q4K => (256, 144),
        DType.Q5K => (256, 176),
        DType.Q6K => (256, 210),
        DType.Q8K => (256, 292),
        DType.IQ2XXS => (256, 66),
        DType.IQ2XS => (256, 74),
        DType.IQ3XXS => (256, 98),
        DType.IQ1S => (256, 50),
        DType.IQ4NL => (32, 18),
        DType.IQ3S => (256, 110),
        DType.IQ2S => (256, 82),
        DType.IQ4XS => (256, 136),
        DType.IQ1M => (256, 56),
        DType.TQ1V0 => (256, 54),
        DType.TQ2V0 => (256, 66),
        DType.MXFP4 => (32, 17),
        _ => (1, 0),
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
