using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>One way to compute a convolution, holding its packed weights. Buffers have been checked and are not empty.</summary>
internal unsafe interface IConvolution : IDisposable
{
    /// <param name="residual">Laid out like the output, or null.</param>
    void Run(Conv2dShape shape, float* input, float* residual, float* output, WorkSplitter workers);
}
