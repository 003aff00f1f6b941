namespace ModelRegistry.Inference.Kernels;

/// <summary>Pointwise functions, alone or fused behind a convolution, a linear layer or an addition.</summary>
internal enum Activation
{
    /// <summary>x</summary>
    None,

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    Relu,

    /// <summary>min(max(x, 0), 6)</summary>
    Relu6,

    /// <summary>x · relu6(x + 3) / 6</summary>
    HardSwish,

    /// <summary>relu6(x + 3) / 6</summary>
    HardSigmoid,

    /// <summary>x · sigmoid(x)</summary>
    Silu,

    /// <summary>x · Φ(x), with the error function.</summary>
    Gelu,

    /// <summary>x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2</summary>
    GeluTanh,

    /// <summary>1 / (1 + e⁻ˣ)</summary>
    Sigmoid,

    /// <summary>tanh(x)</summary>
    Tanh,
}
