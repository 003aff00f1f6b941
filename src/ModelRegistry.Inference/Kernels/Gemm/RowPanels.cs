using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>
/// The left matrix of a product, rearranged so that the micro-kernel reads it front to back: blocks of the depth,
/// in each the row panels, in each one column after another. Padding rows are zero. A view; the memory is someone else's.
/// </summary>
internal readonly unsafe struct RowPanels
{
    private readonly float* values;
    private readonly float* bias;

    /// <param name="values">See <see cref="Length"/>.</param>
    /// <param name="bias">One value per padded row, or null.</param>
    public RowPanels(RowCuts cuts, int depth, float* values, float* bias)
    {
        (Cuts, Depth, Blocks) = (cuts, depth, new DepthBlocks(depth));
        this.values = values;
        this.bias = bias;
    }

    public RowCuts Cuts { get; }

    public int Depth { get; }

    public DepthBlocks Blocks { get; }

    /// <summary>Floats behind the panels.</summary>
    public int Length => checked(Cuts.PaddedRows * Depth);

    public float* Panel(int panel, int block) =>
        values + ((nint)Blocks.Start(block) * Cuts.PaddedRows) + ((nint)Cuts.FirstRow(panel) * Blocks.Length(block));

    /// <summary>One value per row of the panel, or null.</summary>
    public float* Bias(int panel) => bias == null ? null : bias + Cuts.FirstRow(panel);

    /// <summary>Fills the panels from a row-major matrix.</summary>
    /// <param name="stride">Elements from one row to the next.</param>
    public void Pack(float* matrix, int stride)
    {
        for (int block = 0; block < Blocks.Count; block++)
            for (int p = 0; p < Cuts.Count; p++)
                Pack(
                    matrix + ((nint)Cuts.FirstRow(p) * stride) + Blocks.Start(block), stride, Cuts.ValidRows(p), Cuts.Height(p), Blocks.Length(block), Panel(p, block));
    }

    /// <summary>Turns up to <paramref name="height"/> rows of a row-major matrix into one panel, [depth, height]; missing rows are zero.</summary>
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
