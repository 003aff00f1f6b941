using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Planning.Lowering;

internal static class NormalizationLowering
{
    internal static Step BatchNorm(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var shape = AxisShape.Of(context.Shape(input), 1);
        var affine = node.Attributes.Boolean("affine");
        var (mean, variance) = (context.Layers.Tensor(node, "running_mean"), context.Layers.Tensor(node, "running_var"));
        var (gamma, beta) = (context.Layers.Tensor(node, "weight", affine), context.Layers.Tensor(node, "bias", affine));
        var epsilon = (float)node.Attributes.Number("eps");
        return context.Unary(
            fused,
            frame => Normalization.BatchNorm(
                shape, frame.Read(input), mean, variance, gamma, beta, epsilon, fused.Activation, frame.Write(output), frame.Workers),
            overwrites: true);
    }

    internal static Step LayerNorm(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var width = context.Shape(input)[^1];
        var rows = ShapeArithmetic.Product(context.Shape(input)) / width;
        var (gamma, beta) = (context.Layers.Tensor(node, "weight"), context.Layers.Tensor(node, "bias", node.Attributes.Boolean("bias")));
        var epsilon = (float)node.Attributes.Number("eps");
        return context.Unary(
            fused,
            frame => Normalization.LayerNorm(rows, width, frame.Read(input), gamma, beta, epsilon, frame.Write(output), frame.Workers),
            overwrites: true);
    }

    internal static Step GroupNorm(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var shape = AxisShape.Of(context.Shape(input), 1);
        var groups = (int)node.Attributes.Integer("groups");
        var (gamma, beta) = (context.Layers.Tensor(node, "weight"), context.Layers.Tensor(node, "bias"));
        var epsilon = (float)node.Attributes.Number("eps");
        return context.Unary(
            fused,
            frame => Normalization.GroupNorm(shape, groups, frame.Read(input), gamma, beta, epsilon, frame.Write(output), frame.Workers),
            overwrites: true);
    }

    internal static Step Softmax(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var shape = AxisShape.Of(context.Shape(input), (int)node.Attributes.Integer("axis"));
        return context.Unary(
            fused, frame => Normalization.Softmax(shape, frame.Read(input), frame.Write(output), frame.Workers), overwrites: true);
    }
}
