using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>One column panel against row panels, for one block of the depth: the part of a product that a worker does at a time.</summary>
internal unsafe ref struct PanelProduct
{
    private const int TallestPanel = 12;

    public required VectorKernels Kernels;

    /// <summary>The column panel of this block.</summary>
    public required float* Columns;

    /// <summary>Columns that exist; the rest of the panel is padding.</summary>
    public required int ValidColumns;

    /// <summary>Row 0 at the panel's first column.</summary>
    public required float* Destination;

    public required int DestinationStride;

    /// <summary>Added in the first block, or null.</summary>
    public float* Addend;

    /// <summary>Elements from one row of the addend to the next: the destination's stride for a residual, 0 for a bias per column.</summary>
    public int AddendStride;

    /// <summary>Applied in the last block.</summary>
    public Activation Activation;

    /// <summary>Room for one tile, see <see cref="SpareLength"/>.</summary>
    public required float* Spare;

    public static int SpareLength(VectorKernels kernels) => TallestPanel * kernels.PanelColumns;

    /// <summary>Multiplies the row panels from .. to − 1.</summary>
    public readonly void Run(in RowPanels rows, int block, int from, int to)
    {
        bool first = block == 0, last = block == rows.Blocks.Count - 1;
        bool clamps = Activation is Activation.Relu or Activation.Relu6;
        RowCuts cuts = rows.Cuts;
        var tile = new MicroTile
        {
            Right = Columns,
            Depth = rows.Blocks.Length(block),
            Clamp = last && clamps,
            Low = 0,
            High = Activation == Activation.Relu6 ? 6 : float.PositiveInfinity,
        };
        for (int panel = from; panel < to; panel++)
        {
            int firstRow = cuts.FirstRow(panel), height = cuts.Height(panel), valid = cuts.ValidRows(panel);
            float* destination = Destination + ((nint)firstRow * DestinationStride);
            tile.Left = rows.Panel(panel, block);
            tile.Bias = first ? rows.Bias(panel) : null;
            tile.Addend = !first ? destination : Addend == null ? null : Addend + ((nint)firstRow * AddendStride);
            tile.AddendStride = first ? AddendStride : DestinationStride;
            if (valid == height && ValidColumns == Kernels.PanelColumns)
            {
                tile.Destination = destination;
                tile.DestinationStride = DestinationStride;
                Kernels.Multiply(tile, height);
            }
            else
            {
                MultiplyAtEdge(tile, height, valid, destination);
            }

            if (last && !clamps && Activation != Activation.None)
                for (int r = 0; r < valid; r++)
                    Kernels.Apply(Activation, destination + ((nint)r * DestinationStride), destination + ((nint)r * DestinationStride), ValidColumns);
        }
    }

    // A tile that overhangs the destination is computed whole beside it, and its valid part copied.
    private readonly void MultiplyAtEdge(MicroTile tile, int height, int valid, float* destination)
    {
        int width = Kernels.PanelColumns;
        if (tile.Addend != null)
        {
            for (int r = 0; r < valid; r++)
                new ReadOnlySpan<float>(tile.Addend + (r * tile.AddendStride), ValidColumns).CopyTo(new Span<float>(Spare + (r * width), width));
            tile.Addend = Spare;
            tile.AddendStride = width;
        }

        tile.Destination = Spare;
        tile.DestinationStride = width;
        Kernels.Multiply(tile, height);
        for (int r = 0; r < valid; r++)
            new ReadOnlySpan<float>(Spare + (r * width), ValidColumns).CopyTo(new Span<float>(destination + ((nint)r * DestinationStride), ValidColumns));
    }
}
