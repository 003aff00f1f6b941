using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Tests.Kernels.Reference;

/// <summary>What a convolution means, one output element at a time. The fast paths are tested against this.</summary>
internal static class ReferenceConvolution
{
    /// <param name="bias">[OutChannels], or empty.</param>
    public static void Conv2d(Conv2dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output)
    {
        Conv2dGeometry g = shape.Geometry;
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(weight.Length, g.WeightLength, "weight");
        ShapeArithmetic.ExpectOptional(bias.Length, g.OutChannels, "bias");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        int o = 0;
        for (int n = 0; n < shape.Batch; n++)
            for (int oc = 0; oc < g.OutChannels; oc++)
                for (int y = 0; y < shape.OutHeight; y++)
                    for (int x = 0; x < shape.OutWidth; x++)
                        output[o++] = (float)(Dot(shape, input, weight, n, oc, y, x) + (bias.IsEmpty ? 0 : bias[oc]));
    }

    private static double Dot(Conv2dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, int n, int oc, int y, int x)
    {
        Conv2dGeometry g = shape.Geometry;
        int firstChannel = oc / g.OutChannelsPerGroup * g.InChannelsPerGroup;
        double sum = 0;
        for (int c = 0; c < g.InChannelsPerGroup; c++)
            for (int ky = 0; ky < g.KernelHeight; ky++)
                for (int kx = 0; kx < g.KernelWidth; kx++)
                {
                    int iy = (y * g.StrideHeight) - g.PaddingHeight + (ky * g.DilationHeight);
                    int ix = (x * g.StrideWidth) - g.PaddingWidth + (kx * g.DilationWidth);
                    if ((uint)iy >= (uint)shape.InHeight || (uint)ix >= (uint)shape.InWidth)
                        continue;
                    double a = input[(((((n * g.InChannels) + firstChannel + c) * shape.InHeight) + iy) * shape.InWidth) + ix];
                    sum += a * weight[(((((oc * g.InChannelsPerGroup) + c) * g.KernelHeight) + ky) * g.KernelWidth) + kx];
                }

        return sum;
    }

    /// <param name="weight">[InChannels, OutChannels / Groups, KernelHeight, KernelWidth]</param>
    /// <param name="bias">[OutChannels], or empty.</param>
    public static void ConvTranspose2d(
        ConvTranspose2dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output)
    {
        Conv2dGeometry g = shape.Geometry;
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(weight.Length, shape.WeightLength, "weight");
        ShapeArithmetic.ExpectOptional(bias.Length, g.OutChannels, "bias");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        int o = 0;
        for (int n = 0; n < shape.Batch; n++)
            for (int oc = 0; oc < g.OutChannels; oc++)
                for (int y = 0; y < shape.OutHeight; y++)
                    for (int x = 0; x < shape.OutWidth; x++)
                        output[o++] = (float)(Gather(shape, input, weight, n, oc, y, x) + (bias.IsEmpty ? 0 : bias[oc]));
    }

    private static double Gather(ConvTranspose2dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, int n, int oc, int y, int x)
    {
        Conv2dGeometry g = shape.Geometry;
        int group = oc / g.OutChannelsPerGroup, inGroup = oc % g.OutChannelsPerGroup;
        double sum = 0;
        for (int c = group * g.InChannelsPerGroup; c < (group + 1) * g.InChannelsPerGroup; c++)
            for (int ky = 0; ky < g.KernelHeight; ky++)
                for (int kx = 0; kx < g.KernelWidth; kx++)
                {
                    int dy = y + g.PaddingHeight - (ky * g.DilationHeight), dx = x + g.PaddingWidth - (kx * g.DilationWidth);
                    if (dy < 0 || dx < 0 || dy % g.StrideHeight != 0 || dx % g.StrideWidth != 0)
                        continue;
                    int iy = dy / g.StrideHeight, ix = dx / g.StrideWidth;
                    if (iy >= shape.InHeight || ix >= shape.InWidth)
                        continue;
                    double a = input[(((((n * g.InChannels) + c) * shape.InHeight) + iy) * shape.InWidth) + ix];
                    sum += a * weight[(((((c * g.OutChannelsPerGroup) + inGroup) * g.KernelHeight) + ky) * g.KernelWidth) + kx];
                }

        return sum;
    }
}
