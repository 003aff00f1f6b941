namespace ModelRegistry.Weights;

/// <summary>Element types of PyTorch, safetensors and ONNX tensors.</summary>
public enum DType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,

    /// <summary>Signed 8-bit integer.</summary>
    Int8,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16,

    /// <summary>Signed 16-bit integer.</summary>
    Int16,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32,

    /// <summary>Signed 32-bit integer.</summary>
    Int32,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64,

    /// <summary>Signed 64-bit integer.</summary>
    Int64,

    /// <summary>Unsigned 4-bit integer, two to a byte (ONNX).</summary>
    UInt4,

    /// <summary>Signed 4-bit integer, two to a byte (ONNX).</summary>
    Int4,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>The upper half of a binary32: 8 exponent bits, 7 mantissa bits.</summary>
    BFloat16,

    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary64.</summary>
    Float64,

    /// <summary>Two binary16 values: real, imaginary.</summary>
    Complex32,

    /// <summary>Two binary32 values: real, imaginary.</summary>
    Complex64,

    /// <summary>Two binary64 values: real, imaginary.</summary>
    Complex128,

    /// <summary>Quantized signed 8-bit integer; scale and zero point stand beside the tensor.</summary>
    QInt8,

    /// <summary>Quantized unsigned 8-bit integer.</summary>
    QUInt8,

    /// <summary>Quantized signed 32-bit integer.</summary>
    QInt32,

    /// <summary>Quantized unsigned 4-bit integer, two to a byte.</summary>
    QUInt4x2,

    /// <summary>Quantized unsigned 2-bit integer, four to a byte.</summary>
    QUInt2x4,

    /// <summary>8-bit float, 4 exponent and 3 mantissa bits, no infinities (OCP FP8 E4M3, "fn").</summary>
    Float8E4M3,

    /// <summary>8-bit float, 4 exponent and 3 mantissa bits, no negative zero ("fnuz").</summary>
    Float8E4M3Fnuz,

    /// <summary>8-bit float, 5 exponent and 2 mantissa bits (OCP FP8 E5M2).</summary>
    Float8E5M2,

    /// <summary>8-bit float, 5 exponent and 2 mantissa bits, no negative zero ("fnuz").</summary>
    Float8E5M2Fnuz,

    /// <summary>8-bit power-of-two scale (OCP MX E8M0).</summary>
    Float8E8M0,

    /// <summary>6-bit float, 2 exponent and 3 mantissa bits (OCP MX).</summary>
    Float6E2M3,

    /// <summary>6-bit float, 3 exponent and 2 mantissa bits (OCP MX).</summary>
    Float6E3M2,

    /// <summary>4-bit float, 2 exponent and 1 mantissa bit, two to a byte (OCP MX).</summary>
    Float4E2M1,

    /// <summary>Strings (ONNX only): listed, with no bytes to read.</summary>
    String,
}
