using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>Each channel with its own window: too little arithmetic per load for a product, so weights are applied to whole rows of pixels.</summary>
internal sealed unsafe class DepthwiseConvolution : IConvolution
{
    private readonly AlignedBuffer weights;
    private readonly AlignedBuffer? biases;
    private readonly Activation activation;
    private readonly VectorKernels kernels;

    public DepthwiseConvolution(
        Conv2dGeometry geometry, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation, VectorKernels kernels)
    {
        this.activation = activation;
        this.kernels = kernels;
        weights = new AlignedBuffer(geometry.WeightLength);
        weight.CopyTo(weights.Span);
        if (!bias.IsEmpty)
        {
            biases = new AlignedBuffer(bias.Length);
            bias.CopyTo(biases.Span);
        }
    }

    public void Run(Conv2dShape shape, float* input, float* residual, float* output, WorkSplitter workers)
    {
        var layout = new PaddedLayout(shape.Window, 0);
        Conv2dGeometry g = shape.Geometry;
        int* offsets = (int*)workers.SharedScratch(g.KernelHeight * g.KernelWidth);
        layout.FillOffsets(offsets);
        workers.Run(shape.Batch * g.OutChannels, new Job
        {
            Owner = this,
            Shape = shape,
            Layout = layout,
            Offsets = offsets,
            Input = input,
            Residual = residual,
            Output = output,
            Workers = workers,
        });
    }

    public void Dispose()
    {
        weights.Dispose();
        biases?.Dispose();
    }

    private struct Job : IParallelJob
    {
        public DepthwiseConvolution Owner;
        public Conv2dShape Shape;
        public PaddedLayout Layout;
        public int* Offsets;
        public float* Input;
        public float* Residual;
        public float* Output;
        public WorkSplitter Workers;

        public readonly void Execute(int piece, int worker)
        {
            Conv2dGeometry g = Shape.Geometry;
            int channel = piece % g.OutChannels, taps = g.KernelHeight * g.KernelWidth;
            float* source = Input + ((nint)piece * Shape.InHeight * Shape.InWidth);

            // Whole vectors are read and written per row: both sides get room for one vector more.
            int rowLength = Shape.OutWidth + Owner.kernels.Lanes;
            int paddedLength = Layout.PlaneLength + Owner.kernels.PanelColumns;
            float* padded = Workers.Scratch(worker, paddedLength + rowLength);
            float* row = padded + paddedLength;
            Layout.Fill(source, padded);
            for (int y = 0; y < Shape.OutHeight; y++)
            {
                nint at = ((nint)piece * Shape.OutHeight * Shape.OutWidth) + ((nint)y * Shape.OutWidth);
                Owner.kernels.DepthwiseRow(
                    padded + Layout.RowStart(y), Offsets, Owner.weights.Pointer + ((nint)channel * taps), taps, Owner.biases is null ? 0 : Owner.biases.Pointer[channel], row, Shape.OutWidth);
                var destination = new Span<float>(Output + at, Shape.OutWidth);
                if (Residual != null)
                    Owner.kernels.Combine(Pairing.Add, row, Residual + at, row, Shape.OutWidth);
                Owner.kernels.Apply(Owner.activation, row, row, Shape.OutWidth);
                new ReadOnlySpan<float>(row, Shape.OutWidth).CopyTo(destination);
            }
        }
    }
}
