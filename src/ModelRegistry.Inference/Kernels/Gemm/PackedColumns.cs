using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>Weights [columns, depth] as the right matrix of products, rearranged once: blocks of the depth, in each the column panels.</summary>
internal sealed unsafe class PackedColumns : IDisposable
{
    private readonly AlignedBuffer values;
    private readonly AlignedBuffer? bias;
    private readonly int width;
    private readonly DepthBlocks blocks;

    /// <param name="matrix">[columns, depth]</param>
    /// <param name="columnBias">[columns], or empty.</param>
    public PackedColumns(VectorKernels kernels, int columns, int depth, ReadOnlySpan<float> matrix, ReadOnlySpan<float> columnBias)
    {
        ShapeArithmetic.Expect(matrix.Length, ShapeArithmetic.Product(columns, depth), "weight");
        ShapeArithmetic.ExpectOptional(columnBias.Length, columns, "bias");
        width = kernels.PanelColumns;
        blocks = new DepthBlocks(depth);
        Columns = columns;
        Count = (columns + width - 1) / width;
        values = new AlignedBuffer(ShapeArithmetic.Product(Count, width, depth));
        if (!columnBias.IsEmpty)
        {
            bias = new AlignedBuffer(Count * width, clear: true);
            columnBias.CopyTo(bias.Span);
        }

        fixed (float* source = matrix)
        {
            for (int block = 0; block < blocks.Count; block++)
                for (int panel = 0; panel < Count; panel++)
                    RowPanels.Pack(
                        source + ((nint)panel * width * depth) + blocks.Start(block), depth, ValidColumns(panel), width, blocks.Length(block), Panel(panel, block));
        }
    }

    public int Columns { get; }

    /// <summary>Column panels.</summary>
    public int Count { get; }

    public int ValidColumns(int panel) => Math.Min(width, Columns - (panel * width));

    public float* Panel(int panel, int block) =>
        values.Pointer + ((((nint)blocks.Start(block) * Count) + ((nint)panel * blocks.Length(block))) * width);

    /// <summary>One value per column of the panel, or null.</summary>
    public float* Bias(int panel) => bias is null ? null : bias.Pointer + ((nint)panel * width);

    public void Dispose()
    {
        values.Dispose();
        bias?.Dispose();
    }
}
