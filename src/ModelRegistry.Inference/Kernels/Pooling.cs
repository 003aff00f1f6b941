using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Pooling over planes. Global pooling is adaptive pooling to 1×1.</summary>
internal static class Pooling
{
    public static void Max(Pool2dShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferencePooling.Max(shape, input, output);
        _ = workers;
    }

    public static void Average(Pool2dShape shape, bool countIncludePadding, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferencePooling.Average(shape, countIncludePadding, input, output);
        _ = workers;
    }

    public static void AdaptiveAverage(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferencePooling.AdaptiveAverage(shape, input, output);
        _ = workers;
    }

    public static void AdaptiveMax(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferencePooling.AdaptiveMax(shape, input, output);
        _ = workers;
    }
}
