using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>A transposed 3-d convolution as one transposed 2-d convolution for each depth of the window, added where it falls.</summary>
internal sealed class ConvTranspose3d : IDisposable
{
    private readonly Conv2dGeometry geometry;
    private readonly DepthWindow window;
    private readonly ConvTranspose2d[] taps;
    private readonly float[] bias;
    private readonly Activation activation;

    /// <param name="geometry">Height and width.</param>
    /// <param name="window">Depth.</param>
    /// <param name="weight">[InChannels, OutChannels / Groups, depth, height, width]; copied.</param>
    /// <param name="bias">[OutChannels], or empty; copied.</param>
    public ConvTranspose3d(Conv2dGeometry geometry, DepthWindow window, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation)
    {
        (this.geometry, this.window, this.activation) = (geometry.Validated(), window, activation);
        this.bias = bias.IsEmpty ? new float[geometry.OutChannels] : bias.ToArray();
        taps = new ConvTranspose2d[window.Kernel];
        for (int depth = 0; depth < taps.Length; depth++)
            taps[depth] = new ConvTranspose2d(geometry, window.Slice(weight, depth, geometry.KernelHeight * geometry.KernelWidth), []);
    }

    /// <exception cref="ArgumentException">A tensor would be too large.</exception>
    public DepthExtent<ConvTranspose2dShape> For(int batch, (int Depth, int Height, int Width) input, (int Depth, int Height, int Width) extra)
    {
        var planes = new ConvTranspose2dShape(geometry, extra.Height, extra.Width, 1, input.Height, input.Width);
        int outDepth = ((input.Depth - 1) * window.Stride) - (2 * window.Padding) + (window.Dilation * (window.Kernel - 1)) + extra.Depth + 1;
        long scratch = ((long)batch * input.Depth * planes.InputLength) + (((long)batch * outDepth) + 1) * planes.OutputLength;
        return new(batch, input.Depth, outDepth, planes.InHeight * planes.InWidth, planes.OutHeight * planes.OutWidth, planes, scratch);
    }

    /// <param name="input">[batch, InChannels, depth, height, width]</param>
    /// <param name="output">[batch, OutChannels, depth, height, width]</param>
    /// <param name="scratch">Slices of both, one after another, and one slice more.</param>
    public void Run(DepthExtent<ConvTranspose2dShape> extent, ReadOnlySpan<float> input, Span<float> output, Span<float> scratch, WorkSplitter workers)
    {
        ConvTranspose2dShape planes = extent.Planes;
        Span<float> from = scratch[..input.Length], to = scratch.Slice(input.Length, output.Length), one = scratch[(input.Length + output.Length)..][..planes.OutputLength];
        Layout.Permute(new PermuteShape([extent.Batch, geometry.InChannels, extent.InDepth, extent.InPlane], [0, 2, 1, 3]), input, from, workers);
        for (int plane = 0; plane < to.Length / extent.OutPlane; plane++)
            to.Slice(plane * extent.OutPlane, extent.OutPlane).Fill(bias[plane % bias.Length]);
        var same = new BroadcastShape([planes.OutputLength], [planes.OutputLength]);
        for (int slice = 0; slice < extent.Batch * extent.InDepth; slice++)
        {
            (int image, int z) = Math.DivRem(slice, extent.InDepth);
            for (int tap = 0; tap < taps.Length; tap++)
            {
                int depth = (z * window.Stride) - window.Padding + (tap * window.Dilation);
                if ((uint)depth >= (uint)extent.OutDepth)
                    continue;
                taps[tap].Run(planes, from.Slice(slice * planes.InputLength, planes.InputLength), one, workers);
                Span<float> sum = to.Slice(((image * extent.OutDepth) + depth) * planes.OutputLength, planes.OutputLength);
                Elementwise.Combine(Pairing.Add, same, sum, one, Activation.None, sum, workers);
            }
        }

        Layout.Permute(new PermuteShape([extent.Batch, extent.OutDepth, geometry.OutChannels, extent.OutPlane], [0, 2, 1, 3]), to, output, workers);
        if (activation != Activation.None)
            Elementwise.Apply(activation, output, output, workers);
    }

    public void Dispose()
    {
        foreach (ConvTranspose2d tap in taps)
            tap.Dispose();
    }
}
