using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Tests.Kernels.Reference;

/// <summary>Normalizations and softmax. Variances are the biased ones, with epsilon under the root, as in PyTorch.</summary>
internal static class ReferenceNormalization
{
    /// <summary>(x − mean) / √(variance + epsilon) · gamma + beta per channel, with running statistics.</summary>
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
        Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, shape.Elements, "input");
        ShapeArithmetic.Expect(output.Length, shape.Elements, "output");
        for (int i = 0; i < input.Length; i++)
        {
            int c = i / shape.Inner % shape.Length;
            double scale = (gamma.IsEmpty ? 1.0 : gamma[c]) / Math.Sqrt((double)variance[c] + epsilon);
            output[i] = (float)(((input[i] - (double)mean[c]) * scale) + (beta.IsEmpty ? 0 : beta[c]));
        }
    }

    /// <summary>Each row of [rows, width] to mean 0 and variance 1, then gamma and beta per column.</summary>
    /// <param name="gamma">[width], or empty for 1.</param>
    /// <param name="beta">[width], or empty for 0.</param>
    public static void LayerNorm(
        int rows, int width, ReadOnlySpan<float> input, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, float epsilon, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, ShapeArithmetic.Product(rows, width), "input");
        ShapeArithmetic.Expect(output.Length, input.Length, "output");
        for (int r = 0; r < rows; r++)
        {
            (double mean, double scale) = Moments(input.Slice(r * width, width), epsilon);
            for (int i = 0; i < width; i++)
                output[(r * width) + i] = (float)(((input[(r * width) + i] - mean) * scale * (gamma.IsEmpty ? 1 : gamma[i])) + (beta.IsEmpty ? 0 : beta[i]));
        }
    }

    /// <summary>Channels of each sample normalized in groups of neighbours.</summary>
    /// <param name="shape">[batch, channels, height · width]</param>
    /// <param name="gamma">[channels], or empty for 1.</param>
    /// <param name="beta">[channels], or empty for 0.</param>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public static void GroupNorm(
        AxisShape shape, int groups, ReadOnlySpan<float> input, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, float epsilon, Span<float> output)
    {
        if (groups < 1 || shape.Length % groups != 0)
            throw new ArgumentException($"{groups} groups do not divide {shape.Length} channels");
        ShapeArithmetic.Expect(input.Length, shape.Elements, "input");
        ShapeArithmetic.Expect(output.Length, shape.Elements, "output");
        int size = shape.Length / groups * shape.Inner;
        for (int start = 0; start < input.Length; start += size)
        {
            (double mean, double scale) = Moments(input.Slice(start, size), epsilon);
            for (int i = start; i < start + size; i++)
            {
                int c = i / shape.Inner % shape.Length;
                output[i] = (float)(((input[i] - mean) * scale * (gamma.IsEmpty ? 1 : gamma[c])) + (beta.IsEmpty ? 0 : beta[c]));
            }
        }
    }

    /// <summary>eˣ over its sum along the axis; the maximum is subtracted first, so nothing overflows.</summary>
    public static void Softmax(AxisShape shape, ReadOnlySpan<float> input, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, shape.Elements, "input");
        ShapeArithmetic.Expect(output.Length, shape.Elements, "output");
        for (int o = 0; o < shape.Outer; o++)
            for (int i = 0; i < shape.Inner; i++)
            {
                int start = (o * shape.Length * shape.Inner) + i;
                double max = double.NegativeInfinity, sum = 0;
                for (int a = 0; a < shape.Length; a++)
                    max = Math.Max(max, input[start + (a * shape.Inner)]);
                for (int a = 0; a < shape.Length; a++)
                    sum += Math.Exp(input[start + (a * shape.Inner)] - max);
                for (int a = 0; a < shape.Length; a++)
                    output[start + (a * shape.Inner)] = (float)(Math.Exp(input[start + (a * shape.Inner)] - max) / sum);
            }
    }

    private static (double Mean, double Scale) Moments(ReadOnlySpan<float> values, float epsilon)
    {
        double mean = 0, variance = 0;
        foreach (float value in values)
            mean += value;
        mean /= values.Length;
        foreach (float value in values)
            variance += (value - mean) * (value - mean);
        return (mean, 1 / Math.Sqrt((variance / values.Length) + epsilon));
    }
}
