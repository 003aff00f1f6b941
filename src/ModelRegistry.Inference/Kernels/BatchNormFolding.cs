using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Batch norm with running statistics is a scale and a shift per channel; both fold into the convolution before it.</summary>
internal static class BatchNormFolding
{
    /// <summary>scale = gamma / √(variance + epsilon), shift = beta − mean · scale</summary>
    /// <param name="gamma">[channels], or empty for 1.</param>
    /// <param name="beta">[channels], or empty for 0.</param>
    public static void ToScaleAndShift(
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Span<float> scale,
        Span<float> shift)
    {
        int channels = mean.Length;
        ShapeArithmetic.Expect(variance.Length, channels, "variance");
        ShapeArithmetic.ExpectOptional(gamma.Length, channels, "gamma");
        ShapeArithmetic.ExpectOptional(beta.Length, channels, "beta");
        ShapeArithmetic.Expect(scale.Length, channels, "scale");
        ShapeArithmetic.Expect(shift.Length, channels, "shift");
        for (int c = 0; c < channels; c++)
        {
            double factor = (gamma.IsEmpty ? 1.0 : gamma[c]) / Math.Sqrt((double)variance[c] + epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)((beta.IsEmpty ? 0.0 : beta[c]) - (mean[c] * factor));
        }
    }

    /// <summary>Weights and bias of a convolution followed by batch norm, as one convolution.</summary>
    /// <param name="weight">[outChannels, …] (of a transposed convolution without groups, see <paramref name="outChannelAxisStride"/>).</param>
    /// <param name="bias">[outChannels], or empty for 0.</param>
    /// <param name="outChannelAxisStride">Elements between two output channels of the weight: depth for a convolution, kernel area for a transposed one.</param>
    /// <param name="foldedWeight">May be <paramref name="weight"/> itself.</param>
    /// <param name="foldedBias">[outChannels]; may be <paramref name="bias"/> itself.</param>
    public static void Fold(
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift,
        int outChannelAxisStride,
        Span<float> foldedWeight,
        Span<float> foldedBias)
    {
        int channels = scale.Length;
        ShapeArithmetic.Expect(shift.Length, channels, "shift");
        ShapeArithmetic.ExpectOptional(bias.Length, channels, "bias");
        ShapeArithmetic.Expect(foldedBias.Length, channels, "folded bias");
        ShapeArithmetic.Expect(foldedWeight.Length, weight.Length, "folded weight");
        for (int start = 0, c = 0; start < weight.Length; start += outChannelAxisStride, c = c + 1 == channels ? 0 : c + 1)
            for (int i = start; i < start + outChannelAxisStride; i++)
                foldedWeight[i] = weight[i] * scale[c];
        for (int c = 0; c < channels; c++)
            foldedBias[c] = ((bias.IsEmpty ? 0 : bias[c]) * scale[c]) + shift[c];
    }
}
