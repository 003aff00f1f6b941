namespace ModelRegistry.Weights;

/// <summary>Bounds that keep any file's cost in proportion to its size.</summary>
internal static class WeightsLimits
{
    /// <summary>Dimensions of a tensor, as in PyTorch.</summary>
    internal const int Rank = 64;

    /// <summary>Elements of one tensor. A stride of 0 would make 16 bytes into 2^60 elements.</summary>
    internal const long ElementsPerTensor = 1L << 40;

    /// <summary>
    /// Elements of a view that has more of them than its storage, by strides of 0 or rows that overlap: <c>x.expand(...)</c> is genuine, and what
    /// writes, compares or runs it pays for each element.
    /// </summary>
    internal const long ExpandedElements = 1L << 28;

    /// <summary>Tensors in one file.</summary>
    internal const int Tensors = 1_000_000;
}
