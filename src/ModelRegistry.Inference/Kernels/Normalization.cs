using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Normalizations: biased variance, epsilon under the root, as in PyTorch. Output may be the input.</summary>
internal static unsafe class Normalization
{
    /// <summary>With running statistics, then the activation.</summary>
    /// <param name="shape">[batch, channels, height · width]</param>
    /// <param name="gamma">[channels], or empty for 1.</param>
    /// <param name="beta">[channels], or empty for 0.</param>
    public static void BatchNorm(
        AxisShape shape,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Activation activation,
        Span<float> output,
        WorkSplitter workers,
        VectorKernels? kernels = null)
    {
        Check(shape.Elements, shape.Length, input, gamma, beta, output);
        ShapeArithmetic.Expect(mean.Length, shape.Length, "mean");
        ShapeArithmetic.Expect(variance.Length, shape.Length, "variance");
        fixed (float* from = input, m = mean, v = variance, g = gamma, b = beta, to = output)
            workers.Run(shape.Outer * shape.Length, new BatchNormJob
            {
                Kernels = kernels ?? VectorKernels.Best,
                Shape = shape,
                Epsilon = epsilon,
                Activation = activation,
                Input = from,
                Mean = m,
                Variance = v,
                Gamma = g,
                Beta = b,
                Output = to,
            });
    }

    /// <summary>Each row of [rows, width] to mean 0 and variance 1, then gamma and beta per column.</summary>
    /// <param name="gamma">[width], or empty for 1.</param>
    /// <param name="beta">[width], or empty for 0.</param>
    public static void LayerNorm(
        int rows,
        int width,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Span<float> output,
        WorkSplitter workers,
        VectorKernels? kernels = null)
    {
        Check(ShapeArithmetic.Product(rows, width), width, input, gamma, beta, output);
        if (input.IsEmpty)
            return;
        fixed (float* from = input, g = gamma, b = beta, to = output)
            workers.Run(rows, new GroupJob
            {
                Kernels = kernels ?? VectorKernels.Best,
                Size = width,
                Epsilon = epsilon,
                Input = from,
                Gamma = g,
                Beta = b,
                Output = to,
            });
    }

    /// <summary>Each row of [rows, width] divided by the root of its mean square, then gamma per column.</summary>
    /// <param name="gamma">[width]</param>
    public static void RootMeanSquare(
        int rows, int width, ReadOnlySpan<float> input, ReadOnlySpan<float> gamma, float epsilon, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null)
    {
        Check(ShapeArithmetic.Product(rows, width), width, input, gamma, [], output);
        fixed (float* from = input, g = gamma, to = output)
            workers.Run(rows, new RootMeanSquareJob { Kernels = kernels ?? VectorKernels.Best, Width = width, Epsilon = epsilon, Input = from, Gamma = g, Output = to });
    }

    /// <summary>Channels of each sample normalized in groups of neighbours.</summary>
    /// <param name="shape">[batch, channels, height · width]</param>
    /// <param name="gamma">[channels], or empty for 1.</param>
    /// <param name="beta">[channels], or empty for 0.</param>
    /// <exception cref="ArgumentException">The groups do not divide the channels, or a buffer has another length.</exception>
    public static void GroupNorm(
        AxisShape shape,
        int groups,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> beta,
        float epsilon,
        Span<float> output,
        WorkSplitter workers,
        VectorKernels? kernels = null)
    {
        if (groups < 1 || shape.Length % groups != 0)
            throw new ArgumentException($"{groups} groups do not divide {shape.Length} channels");
        Check(shape.Elements, shape.Length, input, gamma, beta, output);
        if (input.IsEmpty)
            return;
        fixed (float* from = input, g = gamma, b = beta, to = output)
            workers.Run(shape.Outer * groups, new GroupJob
            {
                Kernels = kernels ?? VectorKernels.Best,
                Size = shape.Length / groups * shape.Inner,
                ChannelLength = shape.Inner,
                Channels = shape.Length,
                Epsilon = epsilon,
                Input = from,
                Gamma = g,
                Beta = b,
                Output = to,
            });
    }

    /// <summary>eˣ over its sum along the axis; the maximum is subtracted first, so nothing overflows.</summary>
    public static void Softmax(AxisShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null) =>
        AxisSoftmax.Run(shape, input, output, workers, kernels ?? VectorKernels.Best);

    private static void Check(
        int elements, int channels, ReadOnlySpan<float> input, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, ReadOnlySpan<float> output)
    {
        ShapeArithmetic.Expect(input.Length, elements, "input");
        ShapeArithmetic.ExpectOptional(gamma.Length, channels, "gamma");
        ShapeArithmetic.ExpectOptional(beta.Length, channels, "beta");
        ShapeArithmetic.Expect(output.Length, elements, "output");
    }

    private struct BatchNormJob : IParallelJob
    {
        public VectorKernels Kernels;
        public AxisShape Shape;
        public float Epsilon;
        public Activation Activation;
        public float* Input;
        public float* Mean;
        public float* Variance;
        public float* Gamma;
        public float* Beta;
        public float* Output;

        public readonly void Execute(int piece, int worker)
        {
            int channel = piece % Shape.Length;
            nint start = (nint)piece * Shape.Inner;
            double scale = (Gamma == null ? 1.0 : Gamma[channel]) / Math.Sqrt((double)Variance[channel] + Epsilon);
            Kernels.Standardize(Input + start, Mean[channel], (float)scale, Beta == null ? 0 : Beta[channel], Output + start, Shape.Inner);
            Kernels.Apply(Activation, Output + start, Output + start, Shape.Inner);
        }
    }

    private struct RootMeanSquareJob : IParallelJob
    {
        public VectorKernels Kernels;
        public int Width;
        public float Epsilon;
        public float* Input;
        public float* Gamma;
        public float* Output;

        public readonly void Execute(int piece, int worker)
        {
            float* from = Input + ((nint)piece * Width), to = Output + ((nint)piece * Width);
            float scale = (float)(1 / Math.Sqrt((Kernels.SquaredDistance(from, 0, Width) / Width) + (double)Epsilon));
            Kernels.Standardize(from, 0, scale, 0, to, Width);
            Kernels.Combine(Pairing.Multiply, to, Gamma, to, Width);
        }
    }

    // A piece is one stretch that shares mean and variance. Gamma and beta are per element, or per channel where ChannelLength is set.
    private struct GroupJob : IParallelJob
    {
        public VectorKernels Kernels;
        public int Size;
        public int ChannelLength;
        public int Channels;
        public float Epsilon;
        public float* Input;
        public float* Gamma;
        public float* Beta;
        public float* Output;

        public readonly void Execute(int piece, int worker)
        {
            float* from = Input + ((nint)piece * Size), to = Output + ((nint)piece * Size);
            float mean = Kernels.Sum(from, Size) / Size;
            float scale = (float)(1 / Math.Sqrt((Kernels.SquaredDistance(from, mean, Size) / Size) + (double)Epsilon));
            if (ChannelLength == 0)
            {
                Kernels.Standardize(from, mean, scale, 0, to, Size);
                if (Gamma != null)
                    Kernels.Combine(Pairing.Multiply, to, Gamma, to, Size);
                if (Beta != null)
                    Kernels.Combine(Pairing.Add, to, Beta, to, Size);
                return;
            }

            int channels = Size / ChannelLength, first = (int)((long)piece * channels % Channels);
            for (int c = 0; c < channels; c++)
            {
                nint at = (nint)c * ChannelLength;
                float gamma = Gamma == null ? 1 : Gamma[first + c], beta = Beta == null ? 0 : Beta[first + c];
                Kernels.Standardize(from + at, mean, scale * gamma, beta, to + at, ChannelLength);
            }
        }
    }
}
