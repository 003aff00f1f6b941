namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>A tensor seen as [Outer, Length, Inner] around one axis: softmax, norms, concatenation.</summary>
internal readonly record struct AxisShape(int Outer, int Length, int Inner)
{
    public int Elements => ShapeArithmetic.Product(Outer, Length, Inner);

    /// <param name="axis">Counts from the end when negative.</param>
    /// <exception cref="ArgumentException">There is no such axis.</exception>
    public static AxisShape Of(ReadOnlySpan<int> dimensions, int axis)
    {
        int index = axis < 0 ? axis + dimensions.Length : axis;
        if ((uint)index >= (uint)dimensions.Length)
            throw new ArgumentException($"no axis {axis} in a tensor of {dimensions.Length} dimensions");
        return new(ShapeArithmetic.Product(dimensions[..index]), dimensions[index], ShapeArithmetic.Product(dimensions[(index + 1)..]));
    }
}
