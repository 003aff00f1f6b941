using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Operations.Convolutions;

/// <summary>The attributes of convolutions of one to three dimensions, as the kernels of two see them.</summary>
internal static class ConvolutionSizes
{
    private static readonly string[] s_axes = ["D", "H", "W"];
    private static readonly string[] s_kernel = ["kernel depth", "kernel height", "kernel width"];

    internal static string Layout(int dimensions) => dimensions == 1 ? "[N, C, L]" : $"[N, C, {string.Join(", ", s_axes[^dimensions..])}]";

    internal static string Kernel(int dimensions) => dimensions == 1 ? "kernel" : string.Join(", ", s_kernel[^dimensions..]);

    internal static long[] DeclaredKernel(AttributeValues attributes, int dimensions) =>
        attributes.OptionalSizes("kernel") ?? [.. Enumerable.Repeat(Dimension.Unknown, dimensions)];

    /// <summary>The last two dimensions; a single one is a row.</summary>
    internal static Conv2dGeometry Geometry(AttributeValues attributes, int[] weight, int inChannels, int outChannels)
    {
        var isRow = weight.Length == 3;
        var (stride, padding, dilation) = (attributes.Sizes("stride"), attributes.Sizes("padding"), attributes.Sizes("dilation"));
        return new Conv2dGeometry
        {
            InChannels = inChannels,
            OutChannels = outChannels,
            KernelHeight = isRow ? 1 : weight[^2],
            KernelWidth = weight[^1],
            StrideHeight = isRow ? 1 : (int)stride[^2],
            StrideWidth = (int)stride[^1],
            PaddingHeight = isRow ? 0 : (int)padding[^2],
            PaddingWidth = (int)padding[^1],
            DilationHeight = isRow ? 1 : (int)dilation[^2],
            DilationWidth = (int)dilation[^1],
            Groups = (int)attributes.Integer("groups"),
        };
    }

    /// <summary>The first of three dimensions.</summary>
    internal static DepthWindow Depth(AttributeValues attributes, int[] weight) => new(
        weight[2], (int)attributes.Sizes("stride")[0], (int)attributes.Sizes("padding")[0], (int)attributes.Sizes("dilation")[0]);
}
