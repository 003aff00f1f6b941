using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>A convolution with its weights packed for this processor, once; it then runs on inputs of any size.</summary>
internal sealed unsafe class Conv2d : IDisposable
{
    private readonly IConvolution convolution;

    /// <param name="weight">[OutChannels, InChannels / Groups, KernelHeight, KernelWidth]; copied.</param>
    /// <param name="bias">[OutChannels], or empty; copied.</param>
    /// <param name="activation">Applied last, after bias and residual.</param>
    /// <exception cref="ArgumentException">The geometry is invalid or a tensor has another length.</exception>
    public Conv2d(
        Conv2dGeometry geometry,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        Activation activation = Activation.None,
        VectorKernels? kernels = null)
    {
        Geometry = geometry.Validated();
        ShapeArithmetic.Expect(weight.Length, geometry.WeightLength, "weight");
        ShapeArithmetic.ExpectOptional(bias.Length, geometry.OutChannels, "bias");
        kernels ??= VectorKernels.Best;
        convolution = geometry.IsDepthwise
            ? new DepthwiseConvolution(geometry, weight, bias, activation, kernels)
            : ThreeByThreeConvolution.Suits(geometry) ? new ThreeByThreeConvolution(geometry, weight, bias, activation, kernels)
            : new GemmConvolution(geometry, weight, bias, activation, kernels);
    }

    public Conv2dGeometry Geometry { get; }

    /// <summary>Whether the result may lie where the input lies.</summary>
    public static bool RunsInPlace(Conv2dShape shape) => shape.Geometry.IsDepthwise && DepthwiseConvolution.RunsInPlace(shape);

    /// <param name="residual">[Batch, OutChannels, OutHeight, OutWidth] added before the activation, or empty.</param>
    /// <param name="output">May not overlap the input, unless it is the same and <see cref="RunsInPlace"/> says so; may be the residual itself.</param>
    /// <exception cref="ArgumentException">The shape is of another convolution, or a buffer has another length.</exception>
    public void Run(Conv2dShape shape, ReadOnlySpan<float> input, ReadOnlySpan<float> residual, Span<float> output, WorkSplitter workers)
    {
        if (shape.Geometry != Geometry)
            throw new ArgumentException($"the shape is of {shape.Geometry}, the weights of {Geometry}");
        ShapeArithmetic.Expect(input.Length, shape.InputLength, "input");
        ShapeArithmetic.ExpectOptional(residual.Length, shape.OutputLength, "residual");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        if (output.IsEmpty)
            return;
        fixed (float* from = input, add = residual, to = output)
            convolution.Run(shape, from, add, to, workers);
    }

    public void Dispose() => convolution.Dispose();
}
