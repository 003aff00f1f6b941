using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>
/// 3×3 with stride 1, computed by minimal filtering where the image has enough tiles to pay for the larger weights, and as a
/// product where it has not. Weights are packed for the way that an input asks for, when the first one does.
/// </summary>
internal sealed unsafe class ThreeByThreeConvolution : IConvolution
{
    private const int FewestTiles = 40;
    private const int FewestChannels = 16;
    private const int LargestWeights = 256 * 256;

    private readonly Conv2dGeometry geometry;
    private readonly float[] weight;
    private readonly float[] bias;
    private readonly Activation activation;
    private readonly VectorKernels kernels;
    private GemmConvolution? direct;
    private WinogradConvolution? winograd;

    public ThreeByThreeConvolution(
        Conv2dGeometry geometry, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Activation activation, VectorKernels kernels)
    {
        this.geometry = geometry;
        this.weight = weight.ToArray();
        this.bias = bias.ToArray();
        this.activation = activation;
        this.kernels = kernels;
    }

    public static bool Suits(Conv2dGeometry g) =>
        g is { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1, Groups: 1 }
        && g.InChannels >= FewestChannels
        && g.OutChannels >= FewestChannels
        && (long)g.InChannels * g.OutChannels <= LargestWeights;

    public void Run(Conv2dShape shape, float* input, float* residual, float* output, WorkSplitter workers)
    {
        int tiles = ((shape.OutHeight + 3) / 4) * ((shape.OutWidth + 3) / 4);
        if (tiles >= FewestTiles)
            (winograd ??= new WinogradConvolution(geometry, weight, bias, activation, kernels)).Run(shape, input, residual, output, workers);
        else
            (direct ??= new GemmConvolution(geometry, weight, bias, activation, kernels)).Run(shape, input, residual, output, workers);
    }

    public void Dispose()
    {
        direct?.Dispose();
        winograd?.Dispose();
    }
}
