namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>
/// A transposed convolution: [Batch, InChannels, InHeight, InWidth] to [Batch, OutChannels, OutHeight, OutWidth] with
/// out = (in − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1.
/// Weights are [InChannels, OutChannels / Groups, KernelHeight, KernelWidth], as PyTorch stores them.
/// </summary>
internal sealed record ConvTranspose2dShape
{
    /// <exception cref="ArgumentException">The geometry is invalid, an output axis would be empty, or a tensor too large.</exception>
    public ConvTranspose2dShape(Conv2dGeometry geometry, int outputPaddingHeight, int outputPaddingWidth, int batch, int inHeight, int inWidth)
    {
        Geometry = geometry.Validated();
        OutputPaddingHeight = outputPaddingHeight;
        OutputPaddingWidth = outputPaddingWidth;
        Batch = batch;
        InHeight = inHeight;
        InWidth = inWidth;
        OutHeight = Axis(inHeight, geometry.KernelHeight, geometry.StrideHeight, geometry.PaddingHeight, geometry.DilationHeight, outputPaddingHeight);
        OutWidth = Axis(inWidth, geometry.KernelWidth, geometry.StrideWidth, geometry.PaddingWidth, geometry.DilationWidth, outputPaddingWidth);
        InputLength = ShapeArithmetic.Product(batch, geometry.InChannels, inHeight, inWidth);
        OutputLength = ShapeArithmetic.Product(batch, geometry.OutChannels, OutHeight, OutWidth);
        WeightLength = ShapeArithmetic.Product(geometry.InChannels, geometry.OutChannelsPerGroup, geometry.KernelHeight, geometry.KernelWidth);
    }

    public Conv2dGeometry Geometry { get; }

    public int OutputPaddingHeight { get; }

    public int OutputPaddingWidth { get; }

    public int Batch { get; }

    public int InHeight { get; }

    public int InWidth { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int InputLength { get; }

    public int OutputLength { get; }

    public int WeightLength { get; }

    private static int Axis(int input, int kernel, int stride, int padding, int dilation, int outputPadding)
    {
        if (outputPadding < 0 || (outputPadding >= stride && outputPadding >= dilation))
            throw new ArgumentException($"output padding {outputPadding} must be smaller than stride {stride} or dilation {dilation}");
        if (input < 1)
            throw new ArgumentException("a transposed convolution needs a non-empty input");
        long output = ((input - 1L) * stride) - (2L * padding) + ((long)dilation * (kernel - 1L)) + outputPadding + 1;
        return output is > 0 and <= int.MaxValue
            ? (int)output
            : throw new ArgumentException($"an input of {input} gives an output of {output}");
    }
}
