using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>
/// The left matrix of a product, rearranged once so that the micro-kernel reads it front to back: blocks of the depth,
/// in each the row panels, in each one column after another. Padding rows are zero.
/// </summary>
internal sealed unsafe class RowPanels : IDisposable
{
    private readonly AlignedBuffer values;
    private readonly AlignedBuffer? bias;
    private readonly int[] heights;
    private readonly int[] firstRows;

    /// <param name="matrix">[rows, depth]</param>
    /// <param name="rowBias">[rows], or empty.</param>
    public RowPanels(VectorKernels kernels, int rows, int depth, ReadOnlySpan<float> matrix, ReadOnlySpan<float> rowBias)
    {
        ShapeArithmetic.Expect(matrix.Length, ShapeArithmetic.Product(rows, depth), "matrix");
        ShapeArithmetic.ExpectOptional(rowBias.Length, rows, "bias");
        (Rows, Depth) = (rows, depth);
        Blocks = new DepthBlocks(depth);
        heights = kernels.Blocking.Cut(rows);
        firstRows = new int[heights.Length];
        for (int p = 1; p < heights.Length; p++)
            firstRows[p] = firstRows[p - 1] + heights[p - 1];
        PaddedRows = heights.Length == 0 ? 0 : firstRows[^1] + heights[^1];
        values = new AlignedBuffer(ShapeArithmetic.Product(PaddedRows, depth));
        if (!rowBias.IsEmpty)
        {
            bias = new AlignedBuffer(PaddedRows, clear: true);
            rowBias.CopyTo(bias.Span);
        }

        fixed (float* source = matrix)
        {
            for (int block = 0; block < Blocks.Count; block++)
                for (int p = 0; p < heights.Length; p++)
                    Pack(source + ((nint)firstRows[p] * depth) + Blocks.Start(block), depth, ValidRows(p), heights[p], Blocks.Length(block), Panel(p, block));
        }
    }

    public int Rows { get; }

    public int Depth { get; }

    public int PaddedRows { get; }

    public DepthBlocks Blocks { get; }

    public int Count => heights.Length;

    public long Bytes => (long)PaddedRows * Depth * sizeof(float);

    public int Height(int panel) => heights[panel];

    public int FirstRow(int panel) => firstRows[panel];

    public int ValidRows(int panel) => Math.Min(heights[panel], Rows - firstRows[panel]);

    public float* Panel(int panel, int block) =>
        values.Pointer + ((nint)Blocks.Start(block) * PaddedRows) + ((nint)firstRows[panel] * Blocks.Length(block));

    /// <summary>One value per row of the panel, or null.</summary>
    public float* Bias(int panel) => bias is null ? null : bias.Pointer + firstRows[panel];

    public void Dispose()
    {
        values.Dispose();
        bias?.Dispose();
    }

    /// <summary>Rearranges up to <paramref name="height"/> rows of a row-major matrix into one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* source, int stride, int rows, int height, int depth, float* panel)
    {
        for (int r = 0; r < rows; r++)
        {
            float* from = source + ((nint)r * stride);
            float* to = panel + r;
            for (int k = 0; k < depth; k++, to += height)
                *to = from[k];
        }

        for (int r = rows; r < height; r++)
            for (int k = 0; k < depth; k++)
                panel[((nint)k * height) + r] = 0;
    }
}
