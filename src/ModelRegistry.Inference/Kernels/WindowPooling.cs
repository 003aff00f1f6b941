using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

internal enum PoolingKind
{
    Max,

    /// <summary>The divisor counts real elements only.</summary>
    Average,

    AverageWithPadding,
}

/// <summary>Pooling with a sliding window, a row of outputs at a time over the laid-out plane.</summary>
internal static unsafe class WindowPooling
{
    public static void Run(Pool2dShape shape, PoolingKind kind, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels kernels)
    {
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        if (kind != PoolingKind.Max && (shape.DilationHeight != 1 || shape.DilationWidth != 1))
            throw new ArgumentException("average pooling has no dilation");
        if (output.IsEmpty)
            return;
        Window2d window = shape.Window;
        var layout = new PaddedLayout(window, kind == PoolingKind.Max ? float.NegativeInfinity : 0);
        float* shared = workers.SharedScratch(checked((2 * window.Taps) + shape.OutWidth));
        int* offsets = (int*)shared;
        float* ones = shared + window.Taps, columnShares = ones + window.Taps;
        layout.FillOffsets(offsets);
        new Span<float>(ones, window.Taps).Fill(1);
        for (int x = 0; x < shape.OutWidth; x++)
            columnShares[x] = Share(kind, x, shape.InWidth, shape.KernelWidth, shape.StrideWidth, shape.PaddingWidth);
        fixed (float* from = input, to = output)
            workers.Run(shape.Planes, new Job
            {
                Kernels = kernels,
                Shape = shape,
                Kind = kind,
                Layout = layout,
                Offsets = offsets,
                Ones = ones,
                ColumnShares = columnShares,
                Input = from,
                Output = to,
                Workers = workers,
            });
    }

    // One over the number of positions that count along one axis; 0 where there are none.
    private static float Share(PoolingKind kind, int index, int input, int kernel, int stride, int padding)
    {
        int start = (index * stride) - padding, end = Math.Min(start + kernel, input + padding);
        int count = kind == PoolingKind.AverageWithPadding ? end - start : Math.Min(end, input) - Math.Max(start, 0);
        return count > 0 ? 1f / count : 0;
    }

    private struct Job : IParallelJob
    {
        public VectorKernels Kernels;
        public Pool2dShape Shape;
        public PoolingKind Kind;
        public PaddedLayout Layout;
        public int* Offsets;
        public float* Ones;
        public float* ColumnShares;
        public float* Input;
        public float* Output;
        public WorkSplitter Workers;

        public readonly void Execute(int piece, int worker)
        {
            int taps = Shape.KernelHeight * Shape.KernelWidth, paddedLength = Layout.PlaneLength + Kernels.PanelColumns;
            float* padded = Workers.Scratch(worker, checked(paddedLength + Shape.OutWidth + Kernels.Lanes));
            float* row = padded + paddedLength;
            float* output = Output + ((nint)piece * Shape.OutHeight * Shape.OutWidth);
            Layout.Fill(Input + ((nint)piece * Shape.InHeight * Shape.InWidth), padded);
            for (int y = 0; y < Shape.OutHeight; y++, output += Shape.OutWidth)
            {
                float* source = padded + Layout.RowStart(y);
                if (Kind == PoolingKind.Max)
                {
                    Kernels.LargestRow(source, Offsets, taps, row, Shape.OutWidth);
                }
                else
                {
                    Kernels.SlideWindow(new WindowRows
                    {
                        Source = source,
                        SourceStride = 0,
                        Offsets = Offsets,
                        Weights = Ones,
                        Taps = taps,
                        Destination = row,
                        Rows = 1,
                        Columns = Shape.OutWidth,
                    });
                    Kernels.Combine(Pairing.Multiply, row, ColumnShares, row, Shape.OutWidth);
                    float share = Share(Kind, y, Shape.InHeight, Shape.KernelHeight, Shape.StrideHeight, Shape.PaddingHeight);
                    Kernels.Standardize(row, 0, share, 0, row, Shape.OutWidth);
                }

                new ReadOnlySpan<float>(row, Shape.OutWidth).CopyTo(new Span<float>(output, Shape.OutWidth));
            }
        }
    }
}
