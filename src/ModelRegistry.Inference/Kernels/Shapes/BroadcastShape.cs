namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>Two operands aligned at their last axis; an axis of 1 repeats (the rule of NumPy and PyTorch).</summary>
internal sealed class BroadcastShape
{
    private readonly int[] dimensions;
    private readonly int[] leftStrides;
    private readonly int[] rightStrides;

    /// <exception cref="ArgumentException">Two axes differ and neither is 1.</exception>
    public BroadcastShape(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        int rank = Math.Max(left.Length, right.Length);
        dimensions = new int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            int a = At(left, axis, rank), b = At(right, axis, rank);
            if (a != b && a != 1 && b != 1)
                throw new ArgumentException($"[{string.Join(", ", left.ToArray())}] and [{string.Join(", ", right.ToArray())}] do not broadcast");
            dimensions[axis] = a == 1 ? b : a;
        }

        LeftLength = ShapeArithmetic.Product(left);
        RightLength = ShapeArithmetic.Product(right);
        OutputLength = ShapeArithmetic.Product(dimensions);
        leftStrides = StridesOf(left, rank);
        rightStrides = StridesOf(right, rank);
    }

    public ReadOnlySpan<int> Dimensions => dimensions;

    /// <summary>Elements to step per output axis; 0 where the operand repeats.</summary>
    public ReadOnlySpan<int> LeftStrides => leftStrides;

    public ReadOnlySpan<int> RightStrides => rightStrides;

    public int LeftLength { get; }

    public int RightLength { get; }

    public int OutputLength { get; }

    private static int At(ReadOnlySpan<int> shape, int axis, int rank)
    {
        int index = axis - (rank - shape.Length);
        return index < 0 ? 1 : shape[index];
    }

    private static int[] StridesOf(ReadOnlySpan<int> shape, int rank)
    {
        var strides = new int[rank];
        int step = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            int length = At(shape, axis, rank);
            strides[axis] = length == 1 ? 0 : step;
            step *= length;
        }

        return strides;
    }
}
