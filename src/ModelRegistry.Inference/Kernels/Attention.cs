using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Scaled dot-product attention.</summary>
internal static class Attention
{
    /// <summary>softmax(scale · Q Kᵀ + mask) V. A query that sees no key at all gives NaN, as the formula does.</summary>
    /// <param name="mask">Added to the scores: empty, [Queries, Keys] or [Batch, Queries, Keys]; −∞ hides a key.</param>
    public static void Run(
        AttentionShape shape,
        ReadOnlySpan<float> queries,
        ReadOnlySpan<float> keys,
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> mask,
        Span<float> output,
        WorkSplitter workers)
    {
        ReferenceMatrix.Attention(shape, queries, keys, values, mask, output);
        _ = workers;
    }
}
