using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Moves without arithmetic. Flatten and reshape need no kernel: a row-major tensor keeps its bytes.</summary>
internal static unsafe class Layout
{
    /// <summary>Copies one operand of a concatenation into its place.</summary>
    /// <param name="shape">The output around the axis.</param>
    /// <param name="offset">Where this operand starts along the axis.</param>
    /// <param name="length">How long this operand is along the axis.</param>
    /// <exception cref="ArgumentException">The operand does not fit, or a buffer has another length.</exception>
    public static void ConcatPart(AxisShape shape, int offset, int length, ReadOnlySpan<float> part, Span<float> output)
    {
        ShapeArithmetic.Expect(part.Length, ShapeArithmetic.Product(shape.Outer, length, shape.Inner), "part");
        ShapeArithmetic.Expect(output.Length, shape.Elements, "output");
        if (offset < 0 || length > shape.Length - offset)
            throw new ArgumentException($"{length} from {offset} on do not fit an axis of {shape.Length}");
        int run = length * shape.Inner;
        for (int outer = 0; outer < shape.Outer; outer++)
            part.Slice(outer * run, run).CopyTo(output[(((outer * shape.Length) + offset) * shape.Inner)..]);
    }

    /// <summary>Output axis i is input axis order[i].</summary>
    /// <param name="output">May not overlap the input.</param>
    public static void Permute(PermuteShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ShapeArithmetic.Expect(input.Length, shape.Length, "input");
        ShapeArithmetic.Expect(output.Length, shape.Length, "output");
        if (output.IsEmpty)
            return;
        if (shape.Dimensions.IsEmpty)
        {
            input.CopyTo(output);
            return;
        }

        int rowLength = shape.Dimensions[^1];
        fixed (float* from = input, to = output)
            workers.Run(shape.Length / rowLength, new PermuteJob { Shape = shape, RowLength = rowLength, Step = shape.SourceStrides[^1], Input = from, Output = to });
    }

    /// <summary>Each output element from the input element whose index along every axis is looked up; the filling where one of them is −1.</summary>
    /// <param name="dimensions">Of the input.</param>
    /// <param name="sources">For each axis the input index of each output index.</param>
    public static void Gather(ReadOnlySpan<int> dimensions, int[][] sources, float filling, ReadOnlySpan<float> input, Span<float> output)
    {
        if (output.IsEmpty)
            return;
        int[] columns = sources[^1];
        int rows = output.Length / columns.Length;
        for (int row = 0; row < rows; row++)
        {
            int rest = row, start = 0, stride = dimensions[^1];
            bool inside = true;
            for (int axis = sources.Length - 2; axis >= 0; axis--)
            {
                (rest, int at) = Math.DivRem(rest, sources[axis].Length);
                int source = sources[axis][at];
                inside &= source >= 0;
                start += source * stride;
                stride *= dimensions[axis];
            }

            Span<float> to = output.Slice(row * columns.Length, columns.Length);
            if (!inside)
                to.Fill(filling);
            else
                for (int i = 0; i < columns.Length; i++)
                    to[i] = columns[i] < 0 ? filling : input[start + columns[i]];
        }
    }

    // A piece is one row of the output: its last axis.
    private struct PermuteJob : IParallelJob
    {
        public PermuteShape Shape;
        public int RowLength;
        public int Step;
        public float* Input;
        public float* Output;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int piece, int worker)
        {
            nint source = 0;
            int rest = piece;
            for (int axis = Shape.Dimensions.Length - 2; axis >= 0; axis--)
            {
                (rest, int at) = Math.DivRem(rest, Shape.Dimensions[axis]);
                source += (nint)at * Shape.SourceStrides[axis];
            }

            float* from = Input + source, to = Output + ((nint)piece * RowLength);
            if (Step == 1)
                new ReadOnlySpan<float>(from, RowLength).CopyTo(new Span<float>(to, RowLength));
            else
                for (int i = 0; i < RowLength; i++)
                    to[i] = from[(nint)i * Step];
        }
    }
}
