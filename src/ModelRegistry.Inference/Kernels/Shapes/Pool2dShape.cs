namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>A pooling window over [Planes, InHeight, InWidth] (planes = batch · channels).</summary>
internal sealed record Pool2dShape
{
    /// <exception cref="ArgumentException">Padding exceeds half the window, the window does not fit, or a tensor is too large.</exception>
    public Pool2dShape(
        int planes,
        (int Height, int Width) input,
        (int Height, int Width) kernel,
        (int Height, int Width) stride,
        (int Height, int Width) padding,
        (int Height, int Width) dilation,
        bool ceiling = false)
    {
        if (padding.Height > kernel.Height / 2 || padding.Width > kernel.Width / 2)
            throw new ArgumentException($"padding {padding} is more than half the window {kernel}");
        (Planes, InHeight, InWidth) = (planes, input.Height, input.Width);
        (KernelHeight, KernelWidth) = kernel;
        (StrideHeight, StrideWidth) = stride;
        (PaddingHeight, PaddingWidth) = padding;
        (DilationHeight, DilationWidth) = dilation;
        OutHeight = ShapeArithmetic.Windows(InHeight, KernelHeight, StrideHeight, PaddingHeight, DilationHeight, ceiling);
        OutWidth = ShapeArithmetic.Windows(InWidth, KernelWidth, StrideWidth, PaddingWidth, DilationWidth, ceiling);
        InputLength = ShapeArithmetic.Product(planes, InHeight, InWidth);
        OutputLength = ShapeArithmetic.Product(planes, OutHeight, OutWidth);
    }

    public int Planes { get; }

    public int InHeight { get; }

    public int InWidth { get; }

    public int KernelHeight { get; }

    public int KernelWidth { get; }

    public int StrideHeight { get; }

    public int StrideWidth { get; }

    public int PaddingHeight { get; }

    public int PaddingWidth { get; }

    public int DilationHeight { get; }

    public int DilationWidth { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int InputLength { get; }

    public int OutputLength { get; }

    public Window2d Window => new()
    {
        Input = (InHeight, InWidth),
        Output = (OutHeight, OutWidth),
        Kernel = (KernelHeight, KernelWidth),
        Stride = (StrideHeight, StrideWidth),
        Padding = (PaddingHeight, PaddingWidth),
        Dilation = (DilationHeight, DilationWidth),
    };
}
