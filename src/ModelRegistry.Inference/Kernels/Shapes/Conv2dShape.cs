namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>A convolution of one input size: [Batch, InChannels, InHeight, InWidth] to [Batch, OutChannels, OutHeight, OutWidth].</summary>
internal sealed record Conv2dShape
{
    /// <exception cref="ArgumentException">The input is smaller than the window, or a tensor would be too large.</exception>
    public Conv2dShape(Conv2dGeometry geometry, int batch, int inHeight, int inWidth)
    {
        Geometry = geometry;
        Batch = batch;
        InHeight = inHeight;
        InWidth = inWidth;
        OutHeight = ShapeArithmetic.Windows(inHeight, geometry.KernelHeight, geometry.StrideHeight, geometry.PaddingHeight, geometry.DilationHeight);
        OutWidth = ShapeArithmetic.Windows(inWidth, geometry.KernelWidth, geometry.StrideWidth, geometry.PaddingWidth, geometry.DilationWidth);
        InputLength = ShapeArithmetic.Product(batch, geometry.InChannels, inHeight, inWidth);
        OutputLength = ShapeArithmetic.Product(batch, geometry.OutChannels, OutHeight, OutWidth);
    }

    public Conv2dGeometry Geometry { get; }

    public int Batch { get; }

    public int InHeight { get; }

    public int InWidth { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int InputLength { get; }

    public int OutputLength { get; }

    public Window2d Window => new()
    {
        Input = (InHeight, InWidth),
        Output = (OutHeight, OutWidth),
        Kernel = (Geometry.KernelHeight, Geometry.KernelWidth),
        Stride = (Geometry.StrideHeight, Geometry.StrideWidth),
        Padding = (Geometry.PaddingHeight, Geometry.PaddingWidth),
        Dilation = (Geometry.DilationHeight, Geometry.DilationWidth),
    };

    /// <summary>Multiply-adds, two floating-point operations each.</summary>
    public long MultiplyAdds => (long)OutputLength * Geometry.Depth;
}
