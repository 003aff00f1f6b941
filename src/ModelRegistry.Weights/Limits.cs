namespace ModelRegistry.Weights;

/// <summary>Bounds that keep any file's cost in proportion to its size.</summary>
internal static class Limits
{
    /// <summary>Dimensions of a tensor, as in PyTorch.</summary>
    internal const int Rank = 64;

    /// <summary>Elements of one tensor. A stride of 0 would make 16 bytes into 2^60 elements.</summary>
    internal const long ElementsPerTensor = 1L << 40;

    /// <summary>Tensors in one file.</summary>
    internal const int Tensors = 1_000_000;
}
