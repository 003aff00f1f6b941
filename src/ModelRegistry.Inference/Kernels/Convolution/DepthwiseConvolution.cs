using System.Runtime.Intrinsics;
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
    private readonly VectorKernels narrow;

    public DepthwiseConvolution(
        Conv2dGeometry geometry, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation, VectorKernels kernels)
    {
        this.activation = activation;
        this.kernels = kernels;
        narrow = kernels.Lanes == Vector512<float>.Count ? VectorKernels.For(VectorWidth.Vector256) : kernels;
        weights = new AlignedBuffer(geometry.WeightLength);
        weight.CopyTo(weights.Span);
        if (!bias.IsEmpty)
        {
            biases = new AlignedBuffer(bias.Length);
            bias.CopyTo(biases.Span);
        }
    }

    /// <summary>
    /// A channel is laid out aside before the first of its results is written. Memory that is written where it was read is in the cache of who writes,
    /// and not in another worker's.
    /// </summary>
    public static bool RunsInPlace(Conv2dShape shape) => (shape.OutHeight, shape.OutWidth) == (shape.InHeight, shape.InWidth);

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
            VectorKernels kernels = Shape.OutWidth <= Owner.narrow.Lanes ? Owner.narrow : Owner.kernels;
            int channel = piece % g.OutChannels, taps = g.KernelHeight * g.KernelWidth, pixels = Shape.OutHeight * Shape.OutWidth;
            int paddedLength = Layout.PlaneLength + kernels.PanelColumns;
            float* padded = Workers.Scratch(worker, checked(paddedLength + pixels + kernels.Lanes));
            Layout.Fill(Input + ((nint)piece * Shape.InHeight * Shape.InWidth), padded);

            // Narrow rows are written beyond their end, and a residual may lie where the result goes: those are computed aside.
            float* destination = Output + ((nint)piece * pixels);
            bool aside = Residual != null || Shape.OutWidth < kernels.Lanes;
            float* result = aside ? padded + paddedLength : destination;
            bool clamps = Residual == null && Owner.activation is (Activation.Relu or Activation.Relu6);
            kernels.SlideWindow(new WindowRows
            {
                Source = padded,
                SourceStride = Layout.RowStart(1),
                Offsets = Offsets,
                Weights = Owner.weights.Pointer + ((nint)channel * taps),
                Taps = taps,
                Bias = Owner.biases is null ? 0 : Owner.biases.Pointer[channel],
                Clamp = clamps,
                High = Owner.activation == Activation.Relu6 ? 6 : float.PositiveInfinity,
                Destination = result,
                Rows = Shape.OutHeight,
                Columns = Shape.OutWidth,
            });
            if (Residual != null)
                kernels.Combine(Pairing.Add, result, Residual + ((nint)piece * pixels), result, pixels);
            if (!clamps)
                kernels.Apply(Owner.activation, result, destination, pixels);
            else if (aside)
                new ReadOnlySpan<float>(result, pixels).CopyTo(new Span<float>(destination, pixels));
        }
    }
}
