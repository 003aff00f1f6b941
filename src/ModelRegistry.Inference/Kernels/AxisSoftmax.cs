using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>eˣ over its sum along an axis; the maximum is subtracted first, so nothing overflows.</summary>
internal static unsafe class AxisSoftmax
{
    /// <param name="output">May be the input.</param>
    public static void Run(AxisShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers, VectorKernels kernels)
    {
        ShapeArithmetic.Expect(input.Length, shape.Elements, "input");
        ShapeArithmetic.Expect(output.Length, shape.Elements, "output");
        if (input.IsEmpty)
            return;
        fixed (float* from = input, to = output)
            workers.Run(shape.Outer, new Job { Kernels = kernels, Shape = shape, Input = from, Output = to, Workers = workers });
    }

    /// <summary>Along neighbouring elements.</summary>
    public static void Row(VectorKernels kernels, float* source, float* destination, int count)
    {
        float max = float.NegativeInfinity;
        for (int i = 0; i < count; i++)
            max = MathF.Max(max, source[i]);
        float sum = kernels.Exponentials(source, max, destination, count);
        kernels.Standardize(destination, 0, 1 / sum, 0, destination, count);
    }

    private struct Job : IParallelJob
    {
        public VectorKernels Kernels;
        public AxisShape Shape;
        public float* Input;
        public float* Output;
        public WorkSplitter Workers;

        public readonly void Execute(int piece, int worker)
        {
            nint start = (nint)piece * Shape.Length * Shape.Inner;
            float* from = Input + start, to = Output + start;
            int inner = Shape.Inner;
            if (inner == 1)
            {
                Row(Kernels, from, to, Shape.Length);
                return;
            }

            float* max = Workers.Scratch(worker, checked(2 * inner)), sum = max + inner;
            new ReadOnlySpan<float>(from, inner).CopyTo(new Span<float>(max, inner));
            new Span<float>(sum, inner).Clear();
            for (int a = 1; a < Shape.Length; a++)
                Kernels.Combine(Pairing.Max, max, from + ((nint)a * inner), max, inner);
            for (int a = 0; a < Shape.Length; a++)
            {
                Kernels.Combine(Pairing.ExpDifference, from + ((nint)a * inner), max, to + ((nint)a * inner), inner);
                Kernels.Combine(Pairing.Add, sum, to + ((nint)a * inner), sum, inner);
            }

            for (int i = 0; i < inner; i++)
                sum[i] = 1 / sum[i];
            for (int a = 0; a < Shape.Length; a++)
                Kernels.Combine(Pairing.Multiply, to + ((nint)a * inner), sum, to + ((nint)a * inner), inner);
        }
    }
}
