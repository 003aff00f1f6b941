namespace ModelRegistry.Inference.Kernels.Simd;

/// <summary>How many bits one vector operation works on.</summary>
internal enum VectorWidth
{
    /// <summary>Runs everywhere, in software where the processor has no vectors at all.</summary>
    Vector128,

    Vector256,

    Vector512,
}
