using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>Convolution as a product [outChannels, depth] · [depth, pixels] per image and group.</summary>
internal sealed unsafe class GemmConvolution : IConvolution
{
    private readonly PackedMatrix[] groups;
    private readonly Activation activation;
    private readonly VectorKernels kernels;

    public GemmConvolution(
        Conv2dGeometry geometry, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation, VectorKernels kernels)
    {
        this.activation = activation;
        this.kernels = kernels;
        groups = new PackedMatrix[geometry.Groups];
        int rows = geometry.OutChannelsPerGroup, depth = geometry.Depth;
        for (int g = 0; g < groups.Length; g++)
            groups[g] = new PackedMatrix(
                kernels, rows, depth, weight.Slice(g * rows * depth, rows * depth), bias.IsEmpty ? bias : bias.Slice(g * rows, rows));
    }

    public void Run(Conv2dShape shape, float* input, float* residual, float* output, WorkSplitter workers)
    {
        Conv2dGeometry g = shape.Geometry;
        bool plane = ColumnSource.IsPlane(g);
        var layout = new PaddedLayout(shape.Window, 0);
        int paddedLength = plane ? 0 : ShapeArithmetic.Product(g.InChannels, layout.PlaneLength) + kernels.PanelColumns;
        RowPanels rows = groups[0].Panels;
        int panels = ((shape.OutHeight * shape.OutWidth) + kernels.PanelColumns - 1) / kernels.PanelColumns;

        float* padded = workers.SharedScratch(checked(paddedLength + rows.Depth));
        int* offsets = (int*)(padded + paddedLength);
        ColumnSource.FillOffsets(shape, layout, offsets);

        int imageLength = g.InChannels * shape.InHeight * shape.InWidth;
        int resultLength = g.OutChannels * shape.OutHeight * shape.OutWidth;
        for (int image = 0; image < shape.Batch; image++)
        {
            float* source = input + ((nint)image * imageLength);
            if (!plane)
                workers.Run(g.InChannels, new PadJob { Layout = layout, Input = source, InputPlaneLength = shape.InHeight * shape.InWidth, Padded = padded });
            var job = new ConvolutionJob
            {
                Kernels = kernels,
                Groups = groups,
                Activation = activation,
                Workers = workers,
                Columns = new ColumnSource(shape, layout, plane ? source : padded, offsets),
                GroupSourceLength = g.InChannelsPerGroup * (plane ? shape.InHeight * shape.InWidth : layout.PlaneLength),
                PanelCount = panels,
                Output = output + ((nint)image * resultLength),
                Residual = residual == null ? null : residual + ((nint)image * resultLength),
            };
            Divide(ref job, workers.Workers);
            workers.Run(job.Pieces, job);
        }
    }

    public void Dispose()
    {
        foreach (PackedMatrix group in groups)
            group.Dispose();
    }

    private void Divide(ref ConvolutionJob job, int workers)
    {
        (job.RowPieces, job.ColumnPieces, job.PanelsPerPiece) = (1, 1, job.PanelCount);
        if (workers == 1 || groups.Length * job.PanelCount >= 6 * workers)
        {
            // Weights that outgrow the second-level cache are read once per stretch of panels, so stretches are long then.
            const int CacheBytes = 1 << 20;
            int balanced = workers == 1 ? job.PanelCount : Math.Max(1, job.PanelCount / (4 * workers));
            job.PanelsPerPiece = Math.Min(groups[0].Bytes <= CacheBytes ? 4 : 64, balanced);
            job.ColumnPieces = (job.PanelCount + job.PanelsPerPiece - 1) / job.PanelsPerPiece;
        }
        else
        {
            // Each piece gathers all columns, so it has many rows; and each worker has as many pieces as the others.
            const int RowsWorthGathering = 96;
            RowCuts cuts = groups[0].Panels.Cuts;
            job.RowPieces = Math.Min(cuts.Count, workers * Math.Clamp(cuts.Rows / (RowsWorthGathering * workers), 1, 4));
        }
    }
}
