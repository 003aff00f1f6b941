namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>
/// A batched product [.., Rows, Depth] · [.., Depth, Columns] = [.., Rows, Columns]; leading axes broadcast.
/// One-dimensional operands are the caller's to reshape.
/// </summary>
internal sealed class MatMulShape
{
    /// <exception cref="ArgumentException">The inner dimensions differ, a batch does not broadcast, or a tensor is too large.</exception>
    public MatMulShape(ReadOnlySpan<int> left, ReadOnlySpan<int> right, bool isRightTransposed = false)
    {
        if (left.Length < 2 || right.Length < 2 || left[^1] != (isRightTransposed ? right[^1] : right[^2]))
            throw new ArgumentException($"cannot multiply [{string.Join(", ", left.ToArray())}] by [{string.Join(", ", right.ToArray())}]");
        (Rows, Depth, Columns, IsRightTransposed) = (left[^2], left[^1], isRightTransposed ? right[^2] : right[^1], isRightTransposed);
        Batch = new BroadcastShape(left[..^2], right[..^2]);
        LeftLength = ShapeArithmetic.Product(left);
        RightLength = ShapeArithmetic.Product(right);
        OutputLength = ShapeArithmetic.Product(Batch.OutputLength, Rows, Columns);
    }

    public BroadcastShape Batch { get; }

    public int Rows { get; }

    public int Depth { get; }

    public int Columns { get; }

    /// <summary>Whether the right operand is stored as [.., Columns, Depth].</summary>
    public bool IsRightTransposed { get; }

    public int LeftLength { get; }

    public int RightLength { get; }

    public int OutputLength { get; }

    public int[] OutputDimensions => [.. Batch.Dimensions, Rows, Columns];
}
