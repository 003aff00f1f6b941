using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>Products of two activations; a product with fixed weights is a <see cref="Linear"/>.</summary>
internal static class MatMul
{
    public static void Run(MatMulShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output, WorkSplitter workers)
    {
        ReferenceMatrix.MatMul(shape, left, right, output);
        _ = workers;
    }
}
