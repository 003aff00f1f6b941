using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>
/// 3×3 convolution with stride 1 by minimal filtering F(4×4, 3×3): a quarter of the multiplications.
/// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015).
/// </summary>
internal sealed unsafe class WinogradConvolution : IConvolution
{
    private const int Positions = WinogradWeights.Positions;

    // Tiles are transformed in bands whose intermediate values stay in the second-level cache and a little beyond.
    private const int BandFloats = 1 << 20;

    private readonly PackedMatrix[] weights;
    private readonly float[] bias;
    private readonly Activation activation;
    private readonly VectorKernels kernels;

    public WinogradConvolution(Conv2dGeometry geometry, ReadOnlySpan<float> weight, float[] bias, Activation activation, VectorKernels kernels)
    {
        this.bias = bias;
        this.activation = activation;
        this.kernels = kernels;
        weights = WinogradWeights.Pack(geometry.OutChannels, geometry.InChannels, weight, kernels);
    }

    public void Run(Conv2dShape shape, float* input, float* residual, float* output, WorkSplitter workers)
    {
        Conv2dGeometry g = shape.Geometry;
        int tileRows = (shape.OutHeight + 3) / 4, tileColumns = (shape.OutWidth + 3) / 4;
        var layout = new PaddedLayout(
            shape.Window with { Output = (tileRows, tileColumns), Kernel = (6, 6), Stride = (4, 4) }, 0);
        int bandRows = Math.Clamp(BandFloats / (Positions * (g.InChannels + g.OutChannels)) / tileColumns, 1, tileRows);
        int stride = (bandRows * tileColumns) + kernels.Lanes;
        int paddedLength = ShapeArithmetic.Product(g.InChannels, layout.PlaneLength) + kernels.PanelColumns;
        int transformedLength = ShapeArithmetic.Product(Positions, g.InChannels, stride);
        int productLength = ShapeArithmetic.Product(Positions, g.OutChannels, stride);
        float* padded = workers.SharedScratch(checked(paddedLength + transformedLength + productLength + Positions));
        var job = new Job
        {
            Owner = this,
            Shape = shape,
            Layout = layout,
            TileColumns = tileColumns,
            Stride = stride,
            Padded = padded,
            Transformed = padded + paddedLength,
            Products = padded + paddedLength + transformedLength,
            Offsets = (int*)(padded + paddedLength + transformedLength + productLength),
            Workers = workers,
        };
        layout.FillOffsets(job.Offsets);
        for (int image = 0; image < shape.Batch; image++)
        {
            job.Input = input + ((nint)image * g.InChannels * shape.InHeight * shape.InWidth);
            nint result = (nint)image * g.OutChannels * shape.OutHeight * shape.OutWidth;
            job.Output = output + result;
            job.Residual = residual == null ? null : residual + result;
            for (job.FirstRow = 0; job.FirstRow < tileRows; job.FirstRow += bandRows)
            {
                job.Rows = Math.Min(bandRows, tileRows - job.FirstRow);
                workers.Run(g.InChannels, new TransformInput { Shared = job });
                workers.Run(Positions, new MultiplyPosition { Shared = job });
                workers.Run(g.OutChannels, new TransformOutput { Shared = job });
            }
        }
    }

    public void Dispose()
    {
        foreach (PackedMatrix position in weights)
            position.Dispose();
    }

    private struct Job
    {
        public WinogradConvolution Owner;
        public Conv2dShape Shape;
        public PaddedLayout Layout;
        public int TileColumns;
        public int FirstRow;
        public int Rows;
        public int Stride;
        public float* Input;
        public float* Padded;
        public float* Transformed;
        public float* Products;
        public int* Offsets;
        public float* Output;
        public float* Residual;
        public WorkSplitter Workers;
    }

    /// <summary>A piece is one input channel: laid out when the first band needs it, then tiles of the band to [position, channel, tile].</summary>
    private struct TransformInput : IParallelJob
    {
        public Job Shared;

        public readonly void Execute(int piece, int worker)
        {
            float* plane = Shared.Padded + ((nint)piece * Shared.Layout.PlaneLength);
            nint positionStride = (nint)Shared.Shape.Geometry.InChannels * Shared.Stride;
            if (Shared.FirstRow == 0)
                Shared.Layout.Fill(Shared.Input + ((nint)piece * Shared.Shape.InHeight * Shared.Shape.InWidth), plane);
            for (int row = 0; row < Shared.Rows; row++)
                Shared.Owner.kernels.WinogradInput(
                    plane + Shared.Layout.RowStart(Shared.FirstRow + row),
                    Shared.Offsets,
                    Shared.Transformed + ((nint)piece * Shared.Stride) + ((nint)row * Shared.TileColumns),
                    positionStride,
                    Shared.TileColumns);
        }
    }

    /// <summary>A piece is one position of the tile: a product of its own.</summary>
    private struct MultiplyPosition : IParallelJob
    {
        public Job Shared;

        public readonly void Execute(int piece, int worker)
        {
            Conv2dGeometry g = Shared.Shape.Geometry;
            VectorKernels kernels = Shared.Owner.kernels;
            var right = new ColumnMatrix
            {
                Values = Shared.Transformed + ((nint)piece * g.InChannels * Shared.Stride),
                Columns = Shared.Rows * Shared.TileColumns,
                Stride = Shared.Stride,
            };
            PackedProduct.Run(
                kernels,
                Shared.Owner.weights[piece].Panels,
                right,
                0,
                right.PanelCount(kernels),
                Shared.Products + ((nint)piece * g.OutChannels * Shared.Stride),
                Shared.Stride,
                Shared.Workers.Scratch(worker, PackedProduct.ScratchLength(kernels, g.InChannels)));
        }
    }

    /// <summary>A piece is one output channel: products of the band back to pixels.</summary>
    private struct TransformOutput : IParallelJob
    {
        public Job Shared;

        public readonly void Execute(int piece, int worker)
        {
            VectorKernels kernels = Shared.Owner.kernels;
            int width = Shared.Shape.OutWidth, height = Shared.Shape.OutHeight;
            int rowStride = 4 * (Shared.TileColumns + kernels.Lanes);
            float* rows = Shared.Workers.Scratch(worker, 4 * rowStride);
            float bias = Shared.Owner.bias.Length == 0 ? 0 : Shared.Owner.bias[piece];
            for (int row = 0; row < Shared.Rows; row++)
            {
                kernels.WinogradOutput(
                    Shared.Products + ((nint)piece * Shared.Stride) + ((nint)row * Shared.TileColumns),
                    (nint)Shared.Shape.Geometry.OutChannels * Shared.Stride,
                    bias,
                    rows,
                    rowStride,
                    Shared.TileColumns);
                int firstY = (Shared.FirstRow + row) * 4;
                for (int y = firstY; y < Math.Min(firstY + 4, height); y++)
                {
                    float* from = rows + ((nint)(y - firstY) * rowStride);
                    nint at = ((((nint)piece * height) + y) * width);
                    if (Shared.Residual != null)
                        kernels.Combine(Pairing.Add, from, Shared.Residual + at, from, width);
                    kernels.Apply(Shared.Owner.activation, from, Shared.Output + at, width);
                }
            }
        }
    }
}
