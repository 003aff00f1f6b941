using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Resizing of planes, to a size or by a factor.</summary>
internal static class Upsampling
{
    public static void Nearest(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferenceUpsampling.Nearest(shape, input, output);
        _ = workers;
    }

    public static void Bilinear(PlaneResizeShape shape, bool alignCorners, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferenceUpsampling.Bilinear(shape, alignCorners, input, output);
        _ = workers;
    }
}
