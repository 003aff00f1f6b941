using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Tests.Kernels.Reference;

/// <summary>Pooling over planes, one output element at a time.</summary>
internal static class ReferencePooling
{
    /// <summary>The largest element of each window; padding never wins, NaN always does.</summary>
    public static void Max(Pool2dShape shape, ReadOnlySpan<float> input, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        int o = 0;
        for (int p = 0; p < shape.Planes; p++)
            for (int y = 0; y < shape.OutHeight; y++)
                for (int x = 0; x < shape.OutWidth; x++)
                {
                    float max = float.NegativeInfinity;
                    for (int ky = 0; ky < shape.KernelHeight; ky++)
                        for (int kx = 0; kx < shape.KernelWidth; kx++)
                        {
                            int iy = (y * shape.StrideHeight) - shape.PaddingHeight + (ky * shape.DilationHeight);
                            int ix = (x * shape.StrideWidth) - shape.PaddingWidth + (kx * shape.DilationWidth);
                            if ((uint)iy < (uint)shape.InHeight && (uint)ix < (uint)shape.InWidth)
                                max = MathF.Max(max, input[(((p * shape.InHeight) + iy) * shape.InWidth) + ix]);
                        }

                    output[o++] = max;
                }
    }

    /// <summary>The mean of each window. The divisor counts padding or only real elements, never what lies beyond the padding.</summary>
    public static void Average(Pool2dShape shape, bool countIncludePadding, ReadOnlySpan<float> input, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        if (shape.DilationHeight != 1 || shape.DilationWidth != 1)
            throw new ArgumentException("average pooling has no dilation");
        int o = 0;
        for (int p = 0; p < shape.Planes; p++)
            for (int y = 0; y < shape.OutHeight; y++)
                for (int x = 0; x < shape.OutWidth; x++)
                {
                    int top = (y * shape.StrideHeight) - shape.PaddingHeight, left = (x * shape.StrideWidth) - shape.PaddingWidth;
                    int bottom = Math.Min(top + shape.KernelHeight, shape.InHeight + shape.PaddingHeight);
                    int right = Math.Min(left + shape.KernelWidth, shape.InWidth + shape.PaddingWidth);
                    int padded = (bottom - top) * (right - left);
                    (top, left) = (Math.Max(top, 0), Math.Max(left, 0));
                    (bottom, right) = (Math.Min(bottom, shape.InHeight), Math.Min(right, shape.InWidth));
                    int real = Math.Max(bottom - top, 0) * Math.Max(right - left, 0);
                    double sum = Sum(input.Slice(p * shape.InHeight * shape.InWidth, shape.InHeight * shape.InWidth), shape.InWidth, top, bottom, left, right);
                    output[o++] = real == 0 ? 0 : (float)(sum / (countIncludePadding ? padded : real));
                }
    }

    /// <summary>Cell i of n covers ⌊i · input / n⌋ up to ⌈(i + 1) · input / n⌉; an output of 1×1 is global pooling.</summary>
    public static void AdaptiveAverage(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output) =>
        Adaptive(shape, input, output, static (plane, width, top, bottom, left, right) =>
            (float)(Sum(plane, width, top, bottom, left, right) / ((bottom - top) * (right - left))));

    /// <summary>The same cells as <see cref="AdaptiveAverage"/>; the largest element of each, NaN winning.</summary>
    public static void AdaptiveMax(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output) =>
        Adaptive(shape, input, output, static (plane, width, top, bottom, left, right) =>
        {
            float max = float.NegativeInfinity;
            for (int y = top; y < bottom; y++)
                for (int x = left; x < right; x++)
                    max = MathF.Max(max, plane[(y * width) + x]);
            return max;
        });

    private delegate float Cell(ReadOnlySpan<float> plane, int width, int top, int bottom, int left, int right);

    private static void Adaptive(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output, Cell cell)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        int area = shape.InHeight * shape.InWidth, o = 0;
        for (int p = 0; p < shape.Planes; p++)
            for (int y = 0; y < shape.OutHeight; y++)
                for (int x = 0; x < shape.OutWidth; x++)
                    output[o++] = cell(
                        input.Slice(p * area, area),
                        shape.InWidth,
                        CellStart(y, shape.InHeight, shape.OutHeight),
                        CellEnd(y, shape.InHeight, shape.OutHeight),
                        CellStart(x, shape.InWidth, shape.OutWidth),
                        CellEnd(x, shape.InWidth, shape.OutWidth));
    }

    public static int CellStart(int index, int input, int cells) => (int)((long)index * input / cells);

    public static int CellEnd(int index, int input, int cells) => (int)((((index + 1L) * input) + cells - 1) / cells);

    private static double Sum(ReadOnlySpan<float> plane, int width, int top, int bottom, int left, int right)
    {
        double sum = 0;
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
                sum += plane[(y * width) + x];
        return sum;
    }
}
