using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Pointwise functions. Output may be one of the inputs where it has the same shape.</summary>
internal static class Elementwise
{
    public static void Apply(Activation activation, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferenceElementwise.Apply(activation, input, output);
        _ = workers;
    }

    /// <summary>activation(left + right)</summary>
    public static void Add(
        BroadcastShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Activation activation, Span<float> output, WorkSplitter workers)
    {
        ReferenceElementwise.Add(shape, left, right, output);
        ReferenceElementwise.Apply(activation, output, output);
        _ = workers;
    }

    /// <summary>left · right, element by element.</summary>
    public static void Multiply(BroadcastShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output, WorkSplitter workers)
    {
        ReferenceElementwise.Multiply(shape, left, right, output);
        _ = workers;
    }
}
