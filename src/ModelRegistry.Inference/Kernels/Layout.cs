using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Moves without arithmetic. Flatten and reshape need no kernel: a row-major tensor keeps its bytes.</summary>
internal static class Layout
{
    /// <summary>Copies one operand of a concatenation into its place.</summary>
    /// <param name="shape">The output around the axis.</param>
    /// <param name="offset">Where this operand starts along the axis.</param>
    /// <param name="length">How long this operand is along the axis.</param>
    public static void ConcatPart(AxisShape shape, int offset, int length, ReadOnlySpan<float> part, Span<float> output) =>
        ReferenceLayout.ConcatPart(shape, offset, length, part, output);

    /// <summary>Output axis i is input axis order[i].</summary>
    public static void Permute(PermuteShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferenceLayout.Permute(shape, input, output);
        _ = workers;
    }

    /// <summary>Rows of a table [rows, width] by index.</summary>
    /// <exception cref="ArgumentException">An index is outside the table.</exception>
    public static void Embedding(int width, ReadOnlySpan<float> table, ReadOnlySpan<long> indices, Span<float> output) =>
        ReferenceMatrix.Embedding(width, table, indices, output);
}
