using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Scaled dot-product attention.</summary>
internal static unsafe class Attention
{
    // Queries of one piece: a multiple of every tall panel, so that scores of long sequences never exist all at once.
    private const int QueriesPerPiece = 48;

    /// <summary>softmax(scale · Q Kᵀ + mask) V. A query that sees no key at all gives NaN, as the formula does.</summary>
    /// <param name="mask">Added to the scores: empty, [Queries, Keys] or [Batch, Queries, Keys]; −∞ hides a key.</param>
    /// <param name="output">May not overlap an operand.</param>
    public static void Run(
        AttentionShape shape,
        ReadOnlySpan<float> queries,
        ReadOnlySpan<float> keys,
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> mask,
        Span<float> output,
        WorkSplitter workers,
        VectorKernels? kernels = null)
    {
        ShapeArithmetic.Expect(queries.Length, shape.QueryLength, "queries");
        ShapeArithmetic.Expect(keys.Length, shape.KeyLength, "keys");
        ShapeArithmetic.Expect(values.Length, shape.ValueLength, "values");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        if (mask.Length != shape.ScoresLength)
            ShapeArithmetic.ExpectOptional(mask.Length, ShapeArithmetic.Product(shape.Batch, shape.ScoresLength), "mask");
        if (output.IsEmpty)
            return;
        int pieces = (shape.Queries + QueriesPerPiece - 1) / QueriesPerPiece;
        fixed (float* q = queries, k = keys, v = values, m = mask, o = output)
            workers.Run(checked(shape.Batch * pieces), new Job
            {
                Kernels = kernels ?? VectorKernels.Best,
                Shape = shape,
                PiecesPerHead = pieces,
                Queries = q,
                Keys = k,
                Values = v,
                Mask = m,
                MaskHeadLength = mask.Length == shape.ScoresLength ? 0 : shape.ScoresLength,
                Output = o,
                Workers = workers,
            });
    }

    private struct Job : IParallelJob
    {
        public VectorKernels Kernels;
        public AttentionShape Shape;
        public int PiecesPerHead;
        public float* Queries;
        public float* Keys;
        public float* Values;
        public float* Mask;
        public int MaskHeadLength;
        public float* Output;
        public WorkSplitter Workers;

        public readonly void Execute(int piece, int worker)
        {
            (int head, int stretch) = Math.DivRem(piece, PiecesPerHead);
            int first = stretch * QueriesPerPiece, count = Math.Min(QueriesPerPiece, Shape.Queries - first), keys = Shape.Keys;
            var cuts = new RowCuts(Kernels.Blocking, count);
            int scoresLength = ShapeArithmetic.Product(count, keys);
            int packedLength = ShapeArithmetic.Product(cuts.PaddedRows, Math.Max(Shape.Width, keys));
            float* scores = Workers.Scratch(
                worker, checked(scoresLength + packedLength + PackedProduct.ScratchLength(Kernels, Math.Max(Shape.Width, keys))));
            float* packed = scores + scoresLength, scratch = packed + packedLength;

            var left = new RowPanels(cuts, Shape.Width, packed, null);
            left.Pack(Queries + ((((nint)head * Shape.Queries) + first) * Shape.Width), Shape.Width);
            var right = new ColumnMatrix { Values = Keys + ((nint)(head / Shape.Sharing) * keys * Shape.Width), Columns = keys, Stride = Shape.Width, IsTransposed = true };
            PackedProduct.Run(Kernels, left, right, 0, right.PanelCount(Kernels), scores, keys, scratch);
            Weigh(scores, head, first, count);

            left = new RowPanels(cuts, keys, packed, null);
            left.Pack(scores, keys);
            right = new ColumnMatrix { Values = Values + ((nint)(head / Shape.Sharing) * keys * Shape.ValueWidth), Columns = Shape.ValueWidth, Stride = Shape.ValueWidth };
            float* output = Output + ((((nint)head * Shape.Queries) + first) * Shape.ValueWidth);
            PackedProduct.Run(Kernels, left, right, 0, right.PanelCount(Kernels), output, Shape.ValueWidth, scratch);
        }

        private readonly void Weigh(float* scores, int head, int first, int count)
        {
            for (int q = 0; q < count; q++)
            {
                float* row = scores + ((nint)q * Shape.Keys);
                Kernels.Standardize(row, 0, Shape.EffectiveScale, 0, row, Shape.Keys);
                if (Mask != null)
                    Kernels.Combine(Pairing.Add, row, Mask + ((nint)head * MaskHeadLength) + ((nint)(first + q) * Shape.Keys), row, Shape.Keys);
                if (Shape.Causal && first + q + 1 < Shape.Keys)
                    new Span<float>(row + first + q + 1, Shape.Keys - (first + q + 1)).Fill(float.NegativeInfinity);
                AxisSoftmax.Row(Kernels, row, row, Shape.Keys);
            }
        }
    }
}
