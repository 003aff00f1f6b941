namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>The window of a 3-d convolution along its first dimension.</summary>
internal readonly record struct DepthWindow(int Kernel, int Stride, int Padding, int Dilation)
{
    /// <summary>Weights [rows, columns, depth, area] of one depth as [rows, columns, area].</summary>
    public float[] Slice(ReadOnlySpan<float> weight, int depth, int area)
    {
        var slice = new float[weight.Length / Kernel];
        for (int i = 0; i < slice.Length / area; i++)
            weight.Slice(((i * Kernel) + depth) * area, area).CopyTo(slice.AsSpan(i * area));
        return slice;
    }
}

/// <summary>Sizes of a 3-d convolution for inputs of one shape, and the memory it needs beside its result.</summary>
/// <param name="Planes">One slice of the input to one slice of the output.</param>
internal sealed record DepthExtent<TPlanes>(int Batch, int InDepth, int OutDepth, int InPlane, int OutPlane, TPlanes Planes, long ScratchLength);
