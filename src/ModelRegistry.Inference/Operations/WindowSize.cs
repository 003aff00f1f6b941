namespace ModelRegistry.Inference.Operations;

/// <summary>Sizes of sliding windows, with PyTorch's formulas.</summary>
internal static class WindowSize
{
    /// <summary>Output size of a convolution or pooling, or unknown. Less than 1 when the window does not fit.</summary>
    internal static long Output(long size, long kernel, long stride, long padding, long dilation, bool ceiling = false)
    {
        if (size == Dimension.Unknown || kernel == Dimension.Unknown)
            return Dimension.Unknown;
        checked
        {
            var span = size + 2 * padding - dilation * (kernel - 1) - 1;
            if (span < 0)
                return 0;
            var output = (ceiling ? span + stride - 1 : span) / stride + 1;
            // The last window of a rounded-up pooling must start inside the input or its left padding.
            return ceiling && (output - 1) * stride >= size + padding ? output - 1 : output;
        }
    }

    /// <summary>Output size of a transposed convolution, or unknown.</summary>
    internal static long TransposedOutput(long size, long kernel, long stride, long padding, long dilation, long outputPadding) =>
        size == Dimension.Unknown || kernel == Dimension.Unknown
            ? Dimension.Unknown
            : Math.Max(0, checked((size - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1));
}
