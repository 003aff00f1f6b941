namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>The depth of a product in equal blocks, each so short that a row panel and a column panel stay in the first-level cache together.</summary>
internal readonly struct DepthBlocks
{
    private const int Longest = 320;

    private readonly int depth;
    private readonly int length;

    public DepthBlocks(int depth)
    {
        this.depth = depth;
        Count = Math.Max(1, (depth + Longest - 1) / Longest);
        length = (depth + Count - 1) / Count;
    }

    /// <summary>At least 1: a product of depth 0 still writes its bias.</summary>
    public int Count { get; }

    public int LongestLength => length;

    public int Start(int block) => Math.Min(block * length, depth);

    public int Length(int block) => Math.Min(length, depth - Start(block));
}
