namespace ModelRegistry.Weights.Gguf;

/// <summary>Element types of GGUF tensors by their number. Source: enum ggml_type of ggml.h; GGML_QUANT_SIZES of gguf-py.</summary>
internal static class GgufTypes
{
    internal static DType? Find(uint type) => type switch
    {
        0 => DType.Float32,
        1 => DType.Float16,
        2 => DType.Q4V0,
        3 => DType.Q4V1,
        6 => DType.Q5V0,
        7 => DType.Q5V1,
        8 => DType.Q8V0,
        10 => DType.Q2K,
        11 => DType.Q3K,
        12 => DType.Q4K,
        13 => DType.Q5K,
        14 => DType.Q6K,
        15 => DType.Q8K,
        16 => DType.IQ2XXS,
        17 => DType.IQ2XS,
        18 => DType.IQ3XXS,
        19 => DType.IQ1S,
        20 => DType.IQ4NL,
        21 => DType.IQ3S,
        22 => DType.IQ2S,
        23 => DType.IQ4XS,
        24 => DType.Int8,
        25 => DType.Int16,
        26 => DType.Int32,
        27 => DType.Int64,
        28 => DType.Float64,
        29 => DType.IQ1M,
        30 => DType.BFloat16,
        34 => DType.TQ1V0,
        35 => DType.TQ2V0,
        39 => DType.MXFP4,
        _ => null,
    };
}
