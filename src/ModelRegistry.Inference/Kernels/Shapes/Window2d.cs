namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>A window sliding over planes: what convolution and pooling have in common.</summary>
internal readonly record struct Window2d
{
    public required (int Height, int Width) Input { get; init; }

    public required (int Height, int Width) Output { get; init; }

    public required (int Height, int Width) Kernel { get; init; }

    public required (int Height, int Width) Stride { get; init; }

    public required (int Height, int Width) Padding { get; init; }

    public required (int Height, int Width) Dilation { get; init; }

    public int Taps => Kernel.Height * Kernel.Width;
}
