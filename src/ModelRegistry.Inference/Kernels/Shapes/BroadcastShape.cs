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

    /// <summary>The same broadcast over as few axes as it can be written in; [2, 3, 5, 5] + [3, 1, 1] is [2, 3, 25] + [3, 1].</summary>
    public BroadcastShape Collapsed()
    {
        List<int> left = [], right = [];
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            int length = dimensions[axis];
            int l = leftStrides[axis] == 0 ? 1 : length, r = rightStrides[axis] == 0 ? 1 : length;
            if (length == 1)
                continue;
            bool merges = left.Count > 0 && left[^1] == 1 == (l == 1) && right[^1] == 1 == (r == 1);
            if (merges)
            {
                left[^1] *= l;
                right[^1] *= r;
            }
            else
            {
                left.Add(l);
                right.Add(r);
            }
        }

        return new BroadcastShape(left.ToArray(), right.ToArray());
    }

    /// <summary>The operand elements behind one output element.</summary>
    public (int Left, int Right) Locate(int index)
    {
        int left = 0, right = 0;
        for (int axis = dimensions.Length - 1; axis >= 0; axis--)
        {
            (index, int at) = Math.DivRem(index, dimensions[axis]);
            left += at * leftStrides[axis];
            right += at * rightStrides[axis];
        }

        return (left, right);
    }

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
