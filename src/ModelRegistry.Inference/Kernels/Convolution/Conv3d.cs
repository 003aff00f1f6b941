using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>A 3-d convolution as one 2-d convolution for each depth of the window, added up slice by slice.</summary>
internal sealed class Conv3d : IDisposable
{
    private readonly Conv2dGeometry geometry;
    private readonly DepthWindow window;
    private readonly Conv2d[] taps;
    private readonly float[] bias;
    private readonly Activation activation;

    /// <param name="geometry">Height and width.</param>
    /// <param name="window">Depth.</param>
    /// <param name="weight">[OutChannels, InChannels / Groups, depth, height, width]; copied.</param>
    /// <param name="bias">[OutChannels], or empty; copied.</param>
    public Conv3d(Conv2dGeometry geometry, DepthWindow window, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation)
    {
        (this.geometry, this.window, this.activation) = (geometry.Validated(), window, activation);
        this.bias = bias.IsEmpty ? new float[geometry.OutChannels] : bias.ToArray();
        taps = new Conv2d[window.Kernel];
        for (int depth = 0; depth < taps.Length; depth++)
            taps[depth] = new Conv2d(geometry, window.Slice(weight, depth, geometry.KernelHeight * geometry.KernelWidth), []);
    }

    /// <exception cref="ArgumentException">The input is smaller than the window, or a tensor would be too large.</exception>
    public DepthExtent<Conv2dShape> For(int batch, (int Depth, int Height, int Width) input)
    {
        Conv2dShape planes = geometry.For(1, input.Height, input.Width);
        int outDepth = ShapeArithmetic.Windows(input.Depth, window.Kernel, window.Stride, window.Padding, window.Dilation);
        long scratch = ((long)batch * input.Depth * planes.InputLength) + ((long)batch * outDepth * planes.OutputLength);
        return new(batch, input.Depth, outDepth, planes.InHeight * planes.InWidth, planes.OutHeight * planes.OutWidth, planes, scratch);
    }

    /// <param name="input">[batch, InChannels, depth, height, width]</param>
    /// <param name="output">[batch, OutChannels, depth, height, width]</param>
    /// <param name="scratch">Slices of both, one after another.</param>
    public void Run(DepthExtent<Conv2dShape> extent, ReadOnlySpan<float> input, Span<float> output, Span<float> scratch, WorkSplitter workers)
    {
        Conv2dShape planes = extent.Planes;
        Span<float> from = scratch[..input.Length], to = scratch.Slice(input.Length, output.Length);
        Layout.Permute(new PermuteShape([extent.Batch, geometry.InChannels, extent.InDepth, extent.InPlane], [0, 2, 1, 3]), input, from, workers);
        for (int slice = 0; slice < extent.Batch * extent.OutDepth; slice++)
        {
            Span<float> sum = to.Slice(slice * planes.OutputLength, planes.OutputLength);
            for (int c = 0; c < bias.Length; c++)
                sum.Slice(c * extent.OutPlane, extent.OutPlane).Fill(bias[c]);
            (int image, int z) = Math.DivRem(slice, extent.OutDepth);
            for (int tap = 0; tap < taps.Length; tap++)
            {
                int depth = (z * window.Stride) - window.Padding + (tap * window.Dilation);
                if ((uint)depth < (uint)extent.InDepth)
                    taps[tap].Run(planes, from.Slice(((image * extent.InDepth) + depth) * planes.InputLength, planes.InputLength), sum, sum, workers);
            }
        }

        Layout.Permute(new PermuteShape([extent.Batch, extent.OutDepth, geometry.OutChannels, extent.OutPlane], [0, 2, 1, 3]), to, output, workers);
        if (activation != Activation.None)
            Elementwise.Apply(activation, output, output, workers);
    }

    public void Dispose()
    {
        foreach (Conv2d tap in taps)
            tap.Dispose();
    }
}
