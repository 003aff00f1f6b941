using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Resizing of planes, to a size or by a factor.</summary>
internal static unsafe class Upsampling
{
    /// <summary>The input element at ⌊output index · step⌋.</summary>
    public static void Nearest(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        int* columns = (int*)workers.SharedScratch(shape.OutWidth);
        for (int x = 0; x < shape.OutWidth; x++)
            columns[x] = Sampling.Nearest(x, shape.InWidth, shape.OutWidth, shape.ScaleWidth);
        fixed (float* from = input, to = output)
            workers.Run(shape.Planes, new NearestJob { Shape = shape, Columns = columns, Input = from, Output = to });
    }

    /// <summary>Between the four nearest input elements: along the rows first, each input row once, then between rows.</summary>
    /// <param name="alignCorners">The corner elements of input and output coincide; otherwise the outer edges of their cells do.</param>
    public static void Bilinear(
        PlaneResizeShape shape, bool alignCorners, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        float* shared = workers.SharedScratch(checked(3 * shape.OutWidth));
        int* left = (int*)shared, right = left + shape.OutWidth;
        float* weights = shared + (2 * (nint)shape.OutWidth);
        for (int x = 0; x < shape.OutWidth; x++)
            (left[x], right[x], weights[x]) = Sampling.Linear(x, shape.InWidth, shape.OutWidth, shape.ScaleWidth, alignCorners);
        fixed (float* from = input, to = output)
            workers.Run(shape.Planes, new BilinearJob
            {
                Kernels = kernels ?? VectorKernels.Best,
                Shape = shape,
                AlignCorners = alignCorners,
                Left = left,
                Right = right,
                Weights = weights,
                Input = from,
                Output = to,
                Workers = workers,
            });
    }

    private struct NearestJob : IParallelJob
    {
        public PlaneResizeShape Shape;
        public int* Columns;
        public float* Input;
        public float* Output;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int piece, int worker)
        {
            int width = Shape.OutWidth, previous = -1;
            float* plane = Input + ((nint)piece * Shape.InHeight * Shape.InWidth);
            float* output = Output + ((nint)piece * Shape.OutHeight * width);
            for (int y = 0; y < Shape.OutHeight; y++, output += width)
            {
                int row = Sampling.Nearest(y, Shape.InHeight, Shape.OutHeight, Shape.ScaleHeight);
                if (row == previous)
                {
                    new ReadOnlySpan<float>(output - width, width).CopyTo(new Span<float>(output, width));
                    continue;
                }

                float* source = plane + ((nint)row * Shape.InWidth);
                for (int x = 0; x < width; x++)
                    output[x] = source[Columns[x]];
                previous = row;
            }
        }
    }

    private struct BilinearJob : IParallelJob
    {
        public VectorKernels Kernels;
        public PlaneResizeShape Shape;
        public bool AlignCorners;
        public int* Left;
        public int* Right;
        public float* Weights;
        public float* Input;
        public float* Output;
        public WorkSplitter Workers;

        public readonly void Execute(int piece, int worker)
        {
            int width = Shape.OutWidth;
            float* above = Workers.Scratch(worker, checked(2 * width)), below = above + width;
            int aboveRow = -1, belowRow = -1;
            float* plane = Input + ((nint)piece * Shape.InHeight * Shape.InWidth);
            float* output = Output + ((nint)piece * Shape.OutHeight * width);
            for (int y = 0; y < Shape.OutHeight; y++, output += width)
            {
                (int top, int bottom, float weight) = Sampling.Linear(y, Shape.InHeight, Shape.OutHeight, Shape.ScaleHeight, AlignCorners);
                if (top == belowRow)
                {
                    float* other = above;
                    above = below;
                    below = other;
                    (aboveRow, belowRow) = (belowRow, aboveRow);
                }

                if (top != aboveRow)
                    Stretch(plane + ((nint)top * Shape.InWidth), above);
                if (bottom != belowRow)
                    Stretch(plane + ((nint)bottom * Shape.InWidth), below);
                (aboveRow, belowRow) = (top, bottom);
                Kernels.Blend(above, below, weight, output, width);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Stretch(float* source, float* row)
        {
            for (int x = 0; x < Shape.OutWidth; x++)
                row[x] = ((1 - Weights[x]) * source[Left[x]]) + (Weights[x] * source[Right[x]]);
        }
    }
}
