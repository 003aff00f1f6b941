using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>
/// A transposed convolution with its weights packed once: a product [outChannels · kernel area, inChannels] · [inChannels, pixels],
/// whose rows are then added into the output planes at their strides.
/// </summary>
internal sealed unsafe class ConvTranspose2d : IDisposable
{
    // Rows of one piece: enough for the micro-kernel, few enough that the product of a piece stays small.
    private const int RowsPerPiece = 96;

    private readonly Activation activation;
    private readonly VectorKernels kernels;
    private readonly PackedMatrix[] pieces;
    private readonly int piecesPerGroup;
    private readonly int channelsPerPiece;
    private readonly float[] bias;

    /// <param name="weight">[InChannels, OutChannels / Groups, KernelHeight, KernelWidth]; copied.</param>
    /// <param name="bias">[OutChannels], or empty; copied.</param>
    /// <exception cref="ArgumentException">The geometry is invalid or a tensor has another length.</exception>
    public ConvTranspose2d(
        Conv2dGeometry geometry,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        Activation activation = Activation.None,
        VectorKernels? kernels = null)
    {
        Geometry = geometry.Validated();
        this.activation = activation;
        this.kernels = kernels ?? VectorKernels.Best;
        this.bias = bias.ToArray();
        int area = geometry.KernelHeight * geometry.KernelWidth, depth = geometry.InChannelsPerGroup, outPerGroup = geometry.OutChannelsPerGroup;
        ShapeArithmetic.Expect(weight.Length, ShapeArithmetic.Product(geometry.InChannels, outPerGroup, area), "weight");
        ShapeArithmetic.ExpectOptional(bias.Length, geometry.OutChannels, "bias");
        channelsPerPiece = Math.Clamp(RowsPerPiece / area, 1, outPerGroup);
        piecesPerGroup = (outPerGroup + channelsPerPiece - 1) / channelsPerPiece;
        pieces = new PackedMatrix[geometry.Groups * piecesPerGroup];
        for (int piece = 0; piece < pieces.Length; piece++)
        {
            int rows = Channels(piece) * area, firstRow = piece % piecesPerGroup * channelsPerPiece * area;
            var matrix = new float[rows * depth];
            for (int c = 0; c < depth; c++)
            {
                int from = ((((piece / piecesPerGroup * depth) + c) * outPerGroup) * area) + firstRow;
                for (int r = 0; r < rows; r++)
                    matrix[(r * depth) + c] = weight[from + r];
            }

            pieces[piece] = new PackedMatrix(this.kernels, rows, depth, matrix, []);
        }
    }

    public Conv2dGeometry Geometry { get; }

    /// <param name="output">May not overlap the input.</param>
    /// <exception cref="ArgumentException">The shape is of another convolution, or a buffer has another length.</exception>
    public void Run(ConvTranspose2dShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        if (shape.Geometry != Geometry)
            throw new ArgumentException($"the shape is of {shape.Geometry}, the weights of {Geometry}");
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        fixed (float* from = input, to = output)
            workers.Run(shape.Batch * pieces.Length, new Job { Owner = this, Shape = shape, Input = from, Output = to, Workers = workers });
    }

    public void Dispose()
    {
        foreach (PackedMatrix piece in pieces)
            piece.Dispose();
    }

    private int Channels(int piece) => Math.Min(channelsPerPiece, Geometry.OutChannelsPerGroup - (piece % piecesPerGroup * channelsPerPiece));

    private struct Job : IParallelJob
    {
        public ConvTranspose2d Owner;
        public ConvTranspose2dShape Shape;
        public float* Input;
        public float* Output;
        public WorkSplitter Workers;

        public readonly void Execute(int index, int worker)
        {
            Conv2dGeometry g = Shape.Geometry;
            (int image, int piece) = Math.DivRem(index, Owner.pieces.Length);
            (int group, int inGroup) = Math.DivRem(piece, Owner.piecesPerGroup);
            int pixels = Shape.InHeight * Shape.InWidth, area = g.KernelHeight * g.KernelWidth, channels = Owner.Channels(piece);
            var right = new ColumnMatrix
            {
                Values = Input + ((((nint)image * g.InChannels) + (group * g.InChannelsPerGroup)) * pixels),
                Columns = pixels,
                Stride = pixels,
            };
            int length = ShapeArithmetic.Product(channels, area, pixels);
            float* product = Workers.Scratch(worker, checked(length + PackedProduct.ScratchLength(Owner.kernels, g.InChannelsPerGroup)));
            PackedProduct.Run(Owner.kernels, Owner.pieces[piece].Panels, right, 0, right.PanelCount(Owner.kernels), product, pixels, product + length);

            int firstChannel = (group * g.OutChannelsPerGroup) + (inGroup * Owner.channelsPerPiece), plane = Shape.OutHeight * Shape.OutWidth;
            for (int c = 0; c < channels; c++)
            {
                float* output = Output + ((((nint)image * g.OutChannels) + firstChannel + c) * plane);
                new Span<float>(output, plane).Fill(Owner.bias.Length == 0 ? 0 : Owner.bias[firstChannel + c]);
                for (int ky = 0; ky < g.KernelHeight; ky++)
                    for (int kx = 0; kx < g.KernelWidth; kx++)
                        Scatter(product + ((((nint)c * area) + (ky * g.KernelWidth) + kx) * pixels), ky, kx, output);
                Owner.kernels.Apply(Owner.activation, output, output, plane);
            }
        }

        // Input pixel (y, x) lands on (y · stride − padding + k · dilation, …); what falls outside is cropped.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Scatter(float* source, int ky, int kx, float* output)
        {
            Conv2dGeometry g = Shape.Geometry;
            int shift = (kx * g.DilationWidth) - g.PaddingWidth, stride = g.StrideWidth;
            int first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
            int end = Math.Min(Shape.InWidth, Shape.OutWidth > shift ? ((Shape.OutWidth - shift - 1) / stride) + 1 : 0);
            for (int y = 0; y < Shape.InHeight; y++)
            {
                int row = (y * g.StrideHeight) - g.PaddingHeight + (ky * g.DilationHeight);
                if ((uint)row >= (uint)Shape.OutHeight)
                    continue;
                float* from = source + ((nint)y * Shape.InWidth);
                float* to = output + ((nint)row * Shape.OutWidth) + shift;
                if (stride == 1 && end > first)
                    Owner.kernels.Combine(Pairing.Add, to + first, from + first, to + first, end - first);
                else
                    for (int x = first; x < end; x++)
                        to[(nint)x * stride] += from[x];
            }
        }
    }
}
