using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Normalizations and softmax. Output may be the input.</summary>
internal static class Normalization
{
    /// <param name="shape">[batch, channels, height · width]</param>
    /// <param name="gamma">[channels], or empty for 1.</param>
    /// <param name="beta">[channels], or empty for 0.</param>
    public static void BatchNorm(
        AxisShape shape,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Activation activation,
        Span<float> output,
        WorkSplitter workers)
    {
        ReferenceNormalization.BatchNorm(shape, input, mean, variance, gamma, beta, epsilon, output);
        ReferenceElementwise.Apply(activation, output, output);
        _ = workers;
    }

    /// <param name="gamma">[width], or empty for 1.</param>
    /// <param name="beta">[width], or empty for 0.</param>
    public static void LayerNorm(
        int rows,
        int width,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Span<float> output,
        WorkSplitter workers)
    {
        ReferenceNormalization.LayerNorm(rows, width, input, gamma, beta, epsilon, output);
        _ = workers;
    }

    /// <param name="shape">[batch, channels, height · width]</param>
    public static void GroupNorm(
        AxisShape shape,
        int groups,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Span<float> output,
        WorkSplitter workers)
    {
        ReferenceNormalization.GroupNorm(shape, groups, input, gamma, beta, epsilon, output);
        _ = workers;
    }

    public static void Softmax(AxisShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferenceNormalization.Softmax(shape, input, output);
        _ = workers;
    }
}
