using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Pooling over planes. Global pooling is adaptive pooling to 1×1.</summary>
internal static unsafe class Pooling
{
    /// <summary>The largest element of each window; padding never wins, NaN always does.</summary>
    public static void Max(Pool2dShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null) =>
        WindowPooling.Run(shape, PoolingKind.Max, input, output, workers, kernels ?? VectorKernels.Best);

    /// <summary>The mean of each window. The divisor counts padding or only real elements, never what lies beyond the padding.</summary>
    /// <exception cref="ArgumentException">The window is dilated, or a buffer has another length.</exception>
    public static void Average(
        Pool2dShape shape, bool countIncludePadding, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null) =>
        WindowPooling.Run(
            shape, countIncludePadding ? PoolingKind.AverageWithPadding : PoolingKind.Average, input, output, workers, kernels ?? VectorKernels.Best);

    /// <summary>Cell i of n covers ⌊i · input / n⌋ up to ⌈(i + 1) · input / n⌉.</summary>
    public static void AdaptiveAverage(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null) =>
        Adaptive(shape, isMax: false, input, output, workers, kernels ?? VectorKernels.Best);

    /// <summary>The same cells as <see cref="AdaptiveAverage"/>; the largest element of each, NaN winning.</summary>
    public static void AdaptiveMax(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null) =>
        Adaptive(shape, isMax: true, input, output, workers, kernels ?? VectorKernels.Best);

    private static void Adaptive(PlaneResizeShape shape, bool isMax, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels kernels)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        fixed (float* from = input, to = output)
            workers.Run(shape.Planes, new AdaptiveJob { Kernels = kernels, Shape = shape, IsMax = isMax, Input = from, Output = to });
    }

    private struct AdaptiveJob : IParallelJob
    {
        public VectorKernels Kernels;
        public PlaneResizeShape Shape;
        public bool IsMax;
        public float* Input;
        public float* Output;

        public readonly void Execute(int piece, int worker)
        {
            float* plane = Input + ((nint)piece * Shape.InHeight * Shape.InWidth);
            float* output = Output + ((nint)piece * Shape.OutHeight * Shape.OutWidth);
            if (!IsMax && Shape is { OutHeight: 1, OutWidth: 1 })
            {
                int area = Shape.InHeight * Shape.InWidth;
                *output = Kernels.Sum(plane, area) / area;
                return;
            }

            for (int y = 0; y < Shape.OutHeight; y++)
            {
                int top = Sampling.CellStart(y, Shape.InHeight, Shape.OutHeight), bottom = Sampling.CellEnd(y, Shape.InHeight, Shape.OutHeight);
                for (int x = 0; x < Shape.OutWidth; x++)
                {
                    int left = Sampling.CellStart(x, Shape.InWidth, Shape.OutWidth), right = Sampling.CellEnd(x, Shape.InWidth, Shape.OutWidth);
                    *output++ = IsMax
                        ? Largest(plane, top, bottom, left, right)
                        : Total(plane, top, bottom, left, right) / ((bottom - top) * (right - left));
                }
            }
        }

        private readonly float Total(float* plane, int top, int bottom, int left, int right)
        {
            float sum = 0;
            for (int y = top; y < bottom; y++)
                sum += Kernels.Sum(plane + ((nint)y * Shape.InWidth) + left, right - left);
            return sum;
        }

        private readonly float Largest(float* plane, int top, int bottom, int left, int right)
        {
            float max = float.NegativeInfinity;
            for (int y = top; y < bottom; y++)
                for (int x = left; x < right; x++)
                    max = MathF.Max(max, plane[((nint)y * Shape.InWidth) + x]);
            return max;
        }
    }
}
