using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Pointwise functions. Output may be one of the inputs where it has the same shape.</summary>
internal static unsafe class Elementwise
{
    // Below this many elements a second thread costs more than it saves.
    private const int PieceLength = 16 * 1024;

    public static void Apply(
        Activation activation, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels? kernels = null)
    {
        ShapeArithmetic.Expect(output.Length, input.Length, "output");
        fixed (float* from = input, to = output)
            workers.Run(((input.Length - 1) / PieceLength) + 1, new ApplyJob
            {
                Kernels = kernels ?? VectorKernels.Best,
                Activation = activation,
                Input = from,
                Output = to,
                Length = input.Length,
            });
    }

    /// <summary>activation(left ∘ right), with sizes of 1 repeated.</summary>
    public static void Combine(
        Pairing pairing,
        BroadcastShape shape,
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        Activation activation,
        Span<float> output,
        WorkSplitter workers,
        VectorKernels? kernels = null)
    {
        ShapeArithmetic.Expect(left.Length, shape.LeftLength, "left");
        ShapeArithmetic.Expect(right.Length, shape.RightLength, "right");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        if (output.IsEmpty)
            return;
        BroadcastShape flat = shape.Collapsed();
        int rank = flat.Dimensions.Length, rowLength = rank == 0 ? 1 : flat.Dimensions[^1];
        fixed (float* l = left, r = right, o = output)
            workers.Run(((output.Length - 1) / PieceLength) + 1, new CombineJob
            {
                Kernels = kernels ?? VectorKernels.Best,
                Pairing = pairing,
                Activation = activation,
                Shape = flat,
                RowLength = rowLength,
                LeftRepeats = rank > 0 && flat.LeftStrides[^1] == 0,
                RightRepeats = rank > 0 && flat.RightStrides[^1] == 0,
                Left = l,
                Right = r,
                Output = o,
            });
    }

    private struct ApplyJob : IParallelJob
    {
        public VectorKernels Kernels;
        public Activation Activation;
        public float* Input;
        public float* Output;
        public int Length;

        public readonly void Execute(int piece, int worker)
        {
            int start = piece * PieceLength;
            Kernels.Apply(Activation, Input + start, Output + start, Math.Min(PieceLength, Length - start));
        }
    }

    private struct CombineJob : IParallelJob
    {
        public VectorKernels Kernels;
        public Pairing Pairing;
        public Activation Activation;
        public BroadcastShape Shape;
        public int RowLength;
        public bool LeftRepeats;
        public bool RightRepeats;
        public float* Left;
        public float* Right;
        public float* Output;

        public readonly void Execute(int piece, int worker)
        {
            int start = piece * PieceLength, end = Math.Min(start + PieceLength, Shape.OutputLength);
            for (int at = start; at < end;)
            {
                int count = Math.Min(RowLength - (at % RowLength), end - at);
                (int left, int right) = Shape.Locate(at);
                if (RightRepeats)
                    WithScalar(Left + left, Right[right], scalarFirst: false, Output + at, count);
                else if (LeftRepeats)
                    WithScalar(Right + right, Left[left], scalarFirst: true, Output + at, count);
                else
                    Kernels.Combine(Pairing, Left + left, Right + right, Output + at, count);
                at += count;
            }

            Kernels.Apply(Activation, Output + start, Output + start, end - start);
        }

        private readonly void WithScalar(float* values, float scalar, bool scalarFirst, float* output, int count)
        {
            if (Pairing == Pairing.Add)
            {
                Kernels.Standardize(values, 0, 1, scalar, output, count);
                return;
            }

            if (Pairing == Pairing.Multiply)
            {
                Kernels.Standardize(values, 0, scalar, 0, output, count);
                return;
            }

            const int Stretch = 64;
            float* repeated = stackalloc float[Stretch];
            new Span<float>(repeated, Stretch).Fill(scalar);
            for (int at = 0; at < count; at += Stretch)
            {
                int length = Math.Min(Stretch, count - at);
                Kernels.Combine(Pairing, scalarFirst ? repeated : values + at, scalarFirst ? values + at : repeated, output + at, length);
            }
        }
    }
}
