using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>A fully connected layer with its weights packed once.</summary>
internal sealed unsafe class Linear : IDisposable
{
    private readonly Activation activation;
    private readonly VectorKernels kernels;
    private readonly PackedColumns columns;

    /// <param name="weight">[outFeatures, inFeatures]; copied.</param>
    /// <param name="bias">[outFeatures], or empty; copied.</param>
    /// <exception cref="ArgumentException">A tensor has another length.</exception>
    public Linear(
        int inFeatures,
        int outFeatures,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        Activation activation = Activation.None,
        VectorKernels? kernels = null)
    {
        (InFeatures, OutFeatures) = (inFeatures, outFeatures);
        this.activation = activation;
        this.kernels = kernels ?? VectorKernels.Best;
        columns = new PackedColumns(this.kernels, outFeatures, inFeatures, weight, bias);
    }

    public int InFeatures { get; }

    public int OutFeatures { get; }

    /// <param name="input">[rows, InFeatures]</param>
    /// <param name="output">[rows, OutFeatures]; may not overlap the input.</param>
    public void Run(int rows, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ShapeArithmetic.Expect(input.Length, ShapeArithmetic.Product(rows, InFeatures), "input");
        ShapeArithmetic.Expect(output.Length, ShapeArithmetic.Product(rows, OutFeatures), "output");
        if (output.IsEmpty)
            return;
        var cuts = new RowCuts(kernels.Blocking, rows);
        int panelsPerPiece = Math.Max(1, columns.Count / (4 * workers.Workers));
        fixed (float* from = input, to = output)
        {
            var left = new RowPanels(cuts, InFeatures, workers.SharedScratch(ShapeArithmetic.Product(cuts.PaddedRows, InFeatures)), null);
            left.Pack(from, InFeatures);
            workers.Run((columns.Count + panelsPerPiece - 1) / panelsPerPiece, new Job
            {
                Owner = this,
                Left = left,
                PanelsPerPiece = panelsPerPiece,
                Output = to,
                Workers = workers,
            });
        }
    }

    public void Dispose() => columns.Dispose();

    private struct Job : IParallelJob
    {
        public Linear Owner;
        public RowPanels Left;
        public int PanelsPerPiece;
        public float* Output;
        public WorkSplitter Workers;

        public readonly void Execute(int piece, int worker)
        {
            VectorKernels kernels = Owner.kernels;
            float* spare = Workers.Scratch(worker, PanelProduct.SpareLength(kernels));
            int from = piece * PanelsPerPiece, to = Math.Min(from + PanelsPerPiece, Owner.columns.Count);
            for (int panel = from; panel < to; panel++)
                for (int block = 0; block < Left.Blocks.Count; block++)
                    new PanelProduct
                    {
                        Kernels = kernels,
                        Columns = Owner.columns.Panel(panel, block),
                        ValidColumns = Owner.columns.ValidColumns(panel),
                        Destination = Output + ((nint)panel * kernels.PanelColumns),
                        DestinationStride = Owner.OutFeatures,
                        Addend = Owner.columns.Bias(panel),
                        AddendStride = 0,
                        Activation = Owner.activation,
                        Spare = spare,
                    }.Run(Left, block, 0, Left.Cuts.Count);
        }
    }
}
