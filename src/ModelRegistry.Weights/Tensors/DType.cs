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

    /// <summary>Quantised type <c>q4_0</c> of GGUF: 4-bit, blocks of 32 with a scale; 18 bytes a block.</summary>
    Q4V0,

    /// <summary>Quantised type <c>q4_1</c> of GGUF: 4-bit, blocks of 32 with a scale and a minimum; 20 bytes a block.</summary>
    Q4V1,

    /// <summary>Quantised type <c>q5_0</c> of GGUF: 5-bit, blocks of 32 with a scale; 22 bytes a block.</summary>
    Q5V0,

    /// <summary>Quantised type <c>q5_1</c> of GGUF: 5-bit, blocks of 32 with a scale and a minimum; 24 bytes a block.</summary>
    Q5V1,

    /// <summary>Quantised type <c>q8_0</c> of GGUF: 8-bit, blocks of 32 with a scale; 34 bytes a block.</summary>
    Q8V0,

    /// <summary>Quantised type <c>q2_k</c> of GGUF: 2-bit, blocks of 256 with scales of their own ("k-quant"); 84 bytes a block.</summary>
    Q2K,

    /// <summary>Quantised type <c>q3_k</c> of GGUF: 3-bit k-quant; 110 bytes a block.</summary>
    Q3K,

    /// <summary>Quantised type <c>q4_k</c> of GGUF: 4-bit k-quant; 144 bytes a block.</summary>
    Q4K,

    /// <summary>Quantised type <c>q5_k</c> of GGUF: 5-bit k-quant; 176 bytes a block.</summary>
    Q5K,

    /// <summary>Quantised type <c>q6_k</c> of GGUF: 6-bit k-quant; 210 bytes a block.</summary>
    Q6K,

    /// <summary>Quantised type <c>q8_k</c> of GGUF: 8-bit k-quant; 292 bytes a block.</summary>
    Q8K,

    /// <summary>Quantised type <c>iq2_xxs</c> of GGUF: 2-bit from a codebook, smallest; 66 bytes a block.</summary>
    IQ2XXS,

    /// <summary>Quantised type <c>iq2_xs</c> of GGUF: 2-bit from a codebook; 74 bytes a block.</summary>
    IQ2XS,

    /// <summary>Quantised type <c>iq3_xxs</c> of GGUF: 3-bit from a codebook, smallest; 98 bytes a block.</summary>
    IQ3XXS,

    /// <summary>Quantised type <c>iq1_s</c> of GGUF: 1-bit from a codebook; 50 bytes a block.</summary>
    IQ1S,

    /// <summary>Quantised type <c>iq4_nl</c> of GGUF: 4-bit, not linear; 18 bytes a block.</summary>
    IQ4NL,

    /// <summary>Quantised type <c>iq3_s</c> of GGUF: 3-bit from a codebook; 110 bytes a block.</summary>
    IQ3S,

    /// <summary>Quantised type <c>iq2_s</c> of GGUF: 2-bit from a codebook, larger; 82 bytes a block.</summary>
    IQ2S,

    /// <summary>Quantised type <c>iq4_xs</c> of GGUF: 4-bit, not linear, blocks of 256; 136 bytes a block.</summary>
    IQ4XS,

    /// <summary>Quantised type <c>iq1_m</c> of GGUF: 1-bit from a codebook, larger; 56 bytes a block.</summary>
    IQ1M,

    /// <summary>Quantised type <c>tq1_0</c> of GGUF: ternary, 1.69 bits; 54 bytes a block.</summary>
    TQ1V0,

    /// <summary>Quantised type <c>tq2_0</c> of GGUF: ternary, 2 bits; 66 bytes a block.</summary>
    TQ2V0,

    /// <summary>Quantised type <c>mxfp4</c> of GGUF: 4-bit floats, blocks of 32 with a power-of-two scale; 17 bytes a block.</summary>
    MXFP4,
}
