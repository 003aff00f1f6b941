using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>Products of two activations; a product with fixed weights is a <see cref="Linear"/>.</summary>
internal static unsafe class MatMul
{
    /// <param name="output">May not overlap an operand.</param>
    public static void Run(
        MatMulShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null)
    {
        ShapeArithmetic.Expect(left.Length, shape.LeftLength, "left");
        ShapeArithmetic.Expect(right.Length, shape.RightLength, "right");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        if (output.IsEmpty)
            return;
        kernels ??= VectorKernels.Best;
        int panels = (shape.Columns + kernels.PanelColumns - 1) / kernels.PanelColumns;
        int batch = shape.Batch.OutputLength;

        // Each piece packs the rows it needs; with enough batches to go round, one piece per batch packs them only once.
        int piecesPerBatch = batch >= 2 * workers.Workers ? 1 : Math.Min(panels, workers.Workers);
        fixed (float* l = left, r = right, o = output)
            workers.Run(batch * piecesPerBatch, new Job
            {
                Kernels = kernels,
                Shape = shape,
                Left = l,
                Right = r,
                Output = o,
                PiecesPerBatch = piecesPerBatch,
                PanelsPerPiece = (panels + piecesPerBatch - 1) / piecesPerBatch,
                Panels = panels,
                Workers = workers,
            });
    }

    private struct Job : IParallelJob
    {
        public VectorKernels Kernels;
        public MatMulShape Shape;
        public float* Left;
        public float* Right;
        public float* Output;
        public int PiecesPerBatch;
        public int PanelsPerPiece;
        public int Panels;
        public WorkSplitter Workers;

        public readonly void Execute(int piece, int worker)
        {
            (int batch, int stretch) = Math.DivRem(piece, PiecesPerBatch);
            (int leftIndex, int rightIndex) = Shape.Batch.Locate(batch);
            var cuts = new RowCuts(Kernels.Blocking, Shape.Rows);
            int packed = ShapeArithmetic.Product(cuts.PaddedRows, Shape.Depth);
            float* scratch = Workers.Scratch(worker, checked(packed + PackedProduct.ScratchLength(Kernels, Shape.Depth)));
            var left = new RowPanels(cuts, Shape.Depth, scratch, null);
            left.Pack(Left + ((nint)leftIndex * Shape.Rows * Shape.Depth), Shape.Depth);
            var right = new ColumnMatrix
            {
                Values = Right + ((nint)rightIndex * Shape.Depth * Shape.Columns),
                Columns = Shape.Columns,
                Stride = Shape.IsRightTransposed ? Shape.Depth : Shape.Columns,
                IsTransposed = Shape.IsRightTransposed,
            };
            int from = stretch * PanelsPerPiece, to = Math.Min(from + PanelsPerPiece, Panels);
            PackedProduct.Run(Kernels, left, right, from, to, Output + ((nint)batch * Shape.Rows * Shape.Columns), Shape.Columns, scratch + packed);
        }
    }
}
