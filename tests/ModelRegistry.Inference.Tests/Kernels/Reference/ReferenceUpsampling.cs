using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Tests.Kernels.Reference;

/// <summary>Up-sampling (and down-sampling without a filter) of planes. Source positions are float32, as PyTorch computes them.</summary>
internal static class ReferenceUpsampling
{
    /// <summary>The input element at ⌊output index · step⌋.</summary>
    public static void Nearest(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        int o = 0;
        for (int p = 0; p < shape.Planes; p++)
            for (int y = 0; y < shape.OutHeight; y++)
                for (int x = 0; x < shape.OutWidth; x++)
                {
                    int iy = NearestIndex(y, shape.InHeight, shape.OutHeight, shape.ScaleHeight);
                    int ix = NearestIndex(x, shape.InWidth, shape.OutWidth, shape.ScaleWidth);
                    output[o++] = input[(((p * shape.InHeight) + iy) * shape.InWidth) + ix];
                }
    }

    /// <summary>Between the four nearest input elements.</summary>
    /// <param name="alignCorners">The corner elements of input and output coincide; otherwise the outer edges of their cells do.</param>
    public static void Bilinear(PlaneResizeShape shape, bool alignCorners, ReadOnlySpan<float> input, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        int o = 0;
        for (int p = 0; p < shape.Planes; p++)
            for (int y = 0; y < shape.OutHeight; y++)
                for (int x = 0; x < shape.OutWidth; x++)
                {
                    (int top, int bottom, float v) = LinearSource(y, shape.InHeight, shape.OutHeight, shape.ScaleHeight, alignCorners);
                    (int left, int right, float h) = LinearSource(x, shape.InWidth, shape.OutWidth, shape.ScaleWidth, alignCorners);
                    ReadOnlySpan<float> plane = input.Slice(p * shape.InHeight * shape.InWidth, shape.InHeight * shape.InWidth);
                    float above = ((1 - h) * plane[(top * shape.InWidth) + left]) + (h * plane[(top * shape.InWidth) + right]);
                    float below = ((1 - h) * plane[(bottom * shape.InWidth) + left]) + (h * plane[(bottom * shape.InWidth) + right]);
                    output[o++] = ((1 - v) * above) + (v * below);
                }
    }

    public static int NearestIndex(int index, int input, int output, double? scale) =>
        (int)Math.Min((long)MathF.Floor(index * Step(input, output, scale)), input - 1);

    /// <summary>The two neighbours along one axis, and the weight of the second.</summary>
    public static (int First, int Second, float Weight) LinearSource(int index, int input, int output, double? scale, bool alignCorners)
    {
        if (input == output)
            return (index, index, 0);
        float source = alignCorners
            ? index * (output > 1 ? (float)(input - 1) / (output - 1) : 0)
            : MathF.Max(((index + 0.5f) * Step(input, output, scale)) - 0.5f, 0);
        int first = Math.Min((int)source, input - 1);
        return (first, Math.Min(first + 1, input - 1), Math.Clamp(source - first, 0, 1));
    }

    private static float Step(int input, int output, double? scale) =>
        scale is double factor ? (float)(1 / factor) : (float)input / output;
}
