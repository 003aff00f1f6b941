namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>The axes of a tensor in another order.</summary>
internal sealed class PermuteShape
{
    private readonly int[] dimensions;
    private readonly int[] sourceStrides;

    /// <param name="order">Output axis i is input axis order[i].</param>
    /// <exception cref="ArgumentException">The order is not a permutation of the axes.</exception>
    public PermuteShape(ReadOnlySpan<int> input, ReadOnlySpan<int> order)
    {
        if (order.Length != input.Length)
            throw new ArgumentException($"an order of {order.Length} axes for a tensor of {input.Length}");
        var strides = new int[input.Length];
        int step = 1;
        for (int axis = input.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= input[axis];
        }

        dimensions = new int[input.Length];
        sourceStrides = new int[input.Length];
        var seen = new bool[input.Length];
        for (int axis = 0; axis < order.Length; axis++)
        {
            if ((uint)order[axis] >= (uint)input.Length || seen[order[axis]])
                throw new ArgumentException($"[{string.Join(", ", order.ToArray())}] is not a permutation of {input.Length} axes");
            seen[order[axis]] = true;
            dimensions[axis] = input[order[axis]];
            sourceStrides[axis] = strides[order[axis]];
        }

        Length = ShapeArithmetic.Product(input);
    }

    /// <summary>Of the output.</summary>
    public ReadOnlySpan<int> Dimensions => dimensions;

    /// <summary>Elements to step in the input per output axis.</summary>
    public ReadOnlySpan<int> SourceStrides => sourceStrides;

    public int Length { get; }
}
