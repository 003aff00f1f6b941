namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>What a convolution knows before it sees an input. Weights are [OutChannels, InChannels / Groups, KernelHeight, KernelWidth].</summary>
internal sealed record Conv2dGeometry
{
    public required int InChannels { get; init; }

    public required int OutChannels { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    public int StrideHeight { get; init; } = 1;

    public int StrideWidth { get; init; } = 1;

    public int PaddingHeight { get; init; }

    public int PaddingWidth { get; init; }

    public int DilationHeight { get; init; } = 1;

    public int DilationWidth { get; init; } = 1;

    public int Groups { get; init; } = 1;

    public int InChannelsPerGroup => InChannels / Groups;

    public int OutChannelsPerGroup => OutChannels / Groups;

    /// <summary>Length of the dot product behind one output element.</summary>
    public int Depth => ShapeArithmetic.Product(InChannelsPerGroup, KernelHeight, KernelWidth);

    public int WeightLength => ShapeArithmetic.Product(OutChannels, InChannelsPerGroup, KernelHeight, KernelWidth);

    /// <summary>One input channel and one output channel per group.</summary>
    public bool IsDepthwise => Groups == InChannels && Groups == OutChannels && Groups > 1;

    /// <exception cref="ArgumentException">A size is out of range or the groups do not divide the channels.</exception>
    public Conv2dGeometry Validated()
    {
        if (InChannels < 1 || OutChannels < 1 || KernelHeight < 1 || KernelWidth < 1)
            throw new ArgumentException($"channels and kernel must be positive: {this}");
        if (StrideHeight < 1 || StrideWidth < 1 || DilationHeight < 1 || DilationWidth < 1 || PaddingHeight < 0 || PaddingWidth < 0)
            throw new ArgumentException($"stride and dilation must be positive and padding not negative: {this}");
        if (Groups < 1 || InChannels % Groups != 0 || OutChannels % Groups != 0)
            throw new ArgumentException($"{Groups} groups do not divide {InChannels} input and {OutChannels} output channels");
        _ = WeightLength;
        return this;
    }

    /// <exception cref="ArgumentException">The input is smaller than the window, or a tensor would be too large.</exception>
    public Conv2dShape For(int batch, int inHeight, int inWidth) => new(Validated(), batch, inHeight, inWidth);
}
