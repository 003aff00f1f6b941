using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>What the ways to split one image's product have in common.</summary>
internal unsafe struct ConvolutionJob
{
    public VectorKernels Kernels;
    public PackedMatrix[] Groups;
    public Activation Activation;
    public WorkSplitter Workers;
    public ColumnSource Columns;
    public int GroupSourceLength;
    public int PanelCount;
    public int PanelsPerPiece;
    public int PiecesPerGroup;
    public float* Packed;
    public int PackedGroupLength;
    public float* Output;
    public float* Residual;

    /// <summary>The product of one column panel, already gathered, with row panels from .. to − 1.</summary>
    public readonly void Multiply(int group, int panel, int block, float* columns, int from, int to, float* spare)
    {
        RowPanels rows = Groups[group].Panels;
        int first = panel * Kernels.PanelColumns;
        nint start = ((nint)group * rows.Cuts.Rows * Columns.Columns) + first;
        new PanelProduct
        {
            Kernels = Kernels,
            Columns = columns,
            ValidColumns = Math.Min(Kernels.PanelColumns, Columns.Columns - first),
            Destination = Output + start,
            DestinationStride = Columns.Columns,
            Addend = Residual == null ? null : Residual + start,
            AddendStride = Columns.Columns,
            Activation = Activation,
            Spare = spare,
        }.Run(rows, block, from, to);
    }

    /// <summary>Where the shared columns of a panel and block are, as <see cref="PackJob"/> leaves them.</summary>
    public readonly float* PackedPanel(int group, int panel, int block)
    {
        DepthBlocks blocks = Groups[group].Panels.Blocks;
        nint inGroup = ((nint)blocks.Start(block) * PanelCount) + ((nint)panel * blocks.Length(block));
        return Packed + ((nint)group * PackedGroupLength) + (inGroup * Kernels.PanelColumns);
    }
}

/// <summary>A piece is a stretch of columns: gathered by its worker, multiplied with all rows.</summary>
internal unsafe struct ColumnSplitJob : IParallelJob
{
    public ConvolutionJob Shared;

    public readonly void Execute(int piece, int worker)
    {
        VectorKernels kernels = Shared.Kernels;
        (int group, int stretch) = Math.DivRem(piece, Shared.PiecesPerGroup);
        RowPanels rows = Shared.Groups[group].Panels;
        int panelLength = (rows.Blocks.LongestLength + 1) * kernels.PanelColumns;
        float* columns = Shared.Workers.Scratch(worker, panelLength + PanelProduct.SpareLength(kernels));
        int from = stretch * Shared.PanelsPerPiece, to = Math.Min(from + Shared.PanelsPerPiece, Shared.PanelCount);
        for (int block = 0; block < rows.Blocks.Count; block++)
            for (int panel = from; panel < to; panel++)
            {
                Shared.Columns.Pack(
                    kernels, panel * kernels.PanelColumns, group * Shared.GroupSourceLength, rows.Blocks.Start(block), rows.Blocks.Length(block), columns);
                Shared.Multiply(group, panel, block, columns, 0, rows.Cuts.Count, columns + panelLength);
            }
    }
}

/// <summary>A piece is one column panel of one block, gathered for everyone.</summary>
internal unsafe struct PackJob : IParallelJob
{
    public ConvolutionJob Shared;

    public readonly void Execute(int piece, int worker)
    {
        VectorKernels kernels = Shared.Kernels;
        DepthBlocks blocks = Shared.Groups[0].Panels.Blocks;
        (int rest, int panel) = Math.DivRem(piece, Shared.PanelCount);
        (int group, int block) = Math.DivRem(rest, blocks.Count);

        // Gathering spills over the end of a panel, and the next panel may be another worker's: gather aside, then copy.
        int length = blocks.Length(block) * kernels.PanelColumns;
        float* columns = Shared.Workers.Scratch(worker, length + kernels.PanelColumns);
        Shared.Columns.Pack(kernels, panel * kernels.PanelColumns, group * Shared.GroupSourceLength, blocks.Start(block), blocks.Length(block), columns);
        new ReadOnlySpan<float>(columns, length).CopyTo(new Span<float>(Shared.PackedPanel(group, panel, block), length));
    }
}

/// <summary>A piece is a stretch of rows, multiplied with all columns.</summary>
internal unsafe struct RowSplitJob : IParallelJob
{
    public ConvolutionJob Shared;

    public readonly void Execute(int piece, int worker)
    {
        (int group, int stretch) = Math.DivRem(piece, Shared.PiecesPerGroup);
        RowPanels rows = Shared.Groups[group].Panels;
        float* spare = Shared.Workers.Scratch(worker, PanelProduct.SpareLength(Shared.Kernels));

        // As even as whole panels allow, the longer stretches first: one short stretch at the end would leave the others waiting for a whole one.
        (int panels, int longer) = Math.DivRem(rows.Cuts.Count, Shared.PiecesPerGroup);
        int from = (stretch * panels) + Math.Min(stretch, longer), to = from + panels + (stretch < longer ? 1 : 0);
        for (int block = 0; block < rows.Blocks.Count; block++)
            for (int panel = 0; panel < Shared.PanelCount; panel++)
                Shared.Multiply(group, panel, block, Shared.PackedPanel(group, panel, block), from, to, spare);
    }
}
