namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>Planes of one size turned into planes of another: adaptive pooling and up-sampling. Planes = batch · channels.</summary>
internal sealed record PlaneResizeShape
{
    /// <exception cref="ArgumentException">An axis is empty, or a tensor would be too large.</exception>
    public PlaneResizeShape(int planes, int inHeight, int inWidth, int outHeight, int outWidth)
    {
        if (inHeight < 1 || inWidth < 1 || outHeight < 1 || outWidth < 1)
            throw new ArgumentException($"cannot resize {inHeight}×{inWidth} to {outHeight}×{outWidth}");
        (Planes, InHeight, InWidth, OutHeight, OutWidth) = (planes, inHeight, inWidth, outHeight, outWidth);
        InputLength = ShapeArithmetic.Product(planes, inHeight, inWidth);
        OutputLength = ShapeArithmetic.Product(planes, outHeight, outWidth);
    }

    public int Planes { get; }

    public int InHeight { get; }

    public int InWidth { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    /// <summary>The factor the caller asked for, or null where it asked for a size; it then sets the sampling grid, as in PyTorch.</summary>
    public double? ScaleHeight { get; private init; }

    public double? ScaleWidth { get; private init; }

    public int InputLength { get; }

    public int OutputLength { get; }

    /// <summary>The output size is ⌊input · factor⌋.</summary>
    public static PlaneResizeShape Scaled(int planes, int inHeight, int inWidth, double scaleHeight, double scaleWidth) =>
        new(planes, inHeight, inWidth, Scale(inHeight, scaleHeight), Scale(inWidth, scaleWidth))
        {
            ScaleHeight = scaleHeight,
            ScaleWidth = scaleWidth,
        };

    private static int Scale(int input, double factor)
    {
        double output = Math.Floor(input * factor);
        return output is >= 1 and <= int.MaxValue
            ? (int)output
            : throw new ArgumentException($"a scale of {factor} turns {input} into {output}");
    }
}
