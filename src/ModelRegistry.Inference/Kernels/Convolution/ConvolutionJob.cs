using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>One image's product. A piece is a stretch of columns with a stretch of rows: the columns are gathered by its worker, panel by panel.</summary>
/// <remarks>
/// Columns that several workers need are gathered by each of them: it costs a store for every few multiplications, and one worker's
/// fresh results in another's cache cost far more.
/// </remarks>
internal unsafe struct ConvolutionJob : IParallelJob
{
    public VectorKernels Kernels;
    public PackedMatrix[] Groups;
    public Activation Activation;
    public WorkSplitter Workers;
    public ColumnSource Columns;
    public int GroupSourceLength;
    public int PanelCount;
    public int PanelsPerPiece;
    public int ColumnPieces;
    public int RowPieces;
    public float* Output;
    public float* Residual;

    public readonly int Pieces => Groups.Length * RowPieces * ColumnPieces;

    public readonly void Execute(int piece, int worker)
    {
        (int rest, int columnStretch) = Math.DivRem(piece, ColumnPieces);
        (int group, int rowStretch) = Math.DivRem(rest, RowPieces);
        RowPanels rows = Groups[group].Panels;
        int panelLength = (rows.Blocks.LongestLength + 1) * Kernels.PanelColumns;
        float* columns = Workers.Scratch(worker, panelLength + PanelProduct.SpareLength(Kernels));
        int first = columnStretch * PanelsPerPiece, end = Math.Min(first + PanelsPerPiece, PanelCount);

        // As even as whole panels allow, the longer stretches first: one short stretch at the end would leave the others waiting for a whole one.
        (int height, int longer) = Math.DivRem(rows.Cuts.Count, RowPieces);
        int from = (rowStretch * height) + Math.Min(rowStretch, longer), to = from + height + (rowStretch < longer ? 1 : 0);
        for (int block = 0; block < rows.Blocks.Count; block++)
            for (int panel = first; panel < end; panel++)
            {
                Columns.Pack(Kernels, panel * Kernels.PanelColumns, group * GroupSourceLength, rows.Blocks.Start(block), rows.Blocks.Length(block), columns);
                Multiply(group, panel, block, columns, from, to, columns + panelLength);
            }
    }

    // The product of one column panel, already gathered, with row panels from .. to − 1.
    private readonly void Multiply(int group, int panel, int block, float* columns, int from, int to, float* spare)
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
}
