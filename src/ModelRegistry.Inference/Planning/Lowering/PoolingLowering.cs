using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Planning.Lowering;

internal static class PoolingLowering
{
    internal static Step Window(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var from = context.Shape(input);
        var average = node.Operation.Name == "avg_pool2d";
        var kernel = Narrow(node.Attributes.Pair("kernel"));
        var shape = new Pool2dShape(
            ShapeArithmetic.Product(from[0], from[1]),
            (from[2], from[3]),
            kernel,
            node.Attributes.OptionalPair("stride") is { } stride ? Narrow(stride) : kernel,
            Narrow(node.Attributes.Pair("padding")),
            average ? (1, 1) : Narrow(node.Attributes.Pair("dilation")),
            node.Attributes.Boolean("ceil_mode"));
        if (!average)
            return context.Unary(fused, frame => Pooling.Max(shape, frame.Read(input), frame.Write(output), frame.Workers));
        var countPadding = node.Attributes.Boolean("count_include_pad");
        return context.Unary(fused, frame => Pooling.Average(shape, countPadding, frame.Read(input), frame.Write(output), frame.Workers));
    }

    internal static Step Adaptive(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var shape = Resize(context, input, output);
        return node.Operation.Name == "adaptive_avg_pool2d"
            ? context.Unary(fused, frame => Pooling.AdaptiveAverage(shape, frame.Read(input), frame.Write(output), frame.Workers))
            : context.Unary(fused, frame => Pooling.AdaptiveMax(shape, frame.Read(input), frame.Write(output), frame.Workers));
    }

    internal static Step Upsample(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var from = context.Shape(input);
        var shape = node.Attributes.OptionalPair("scale") is { } scale
            ? PlaneResizeShape.Scaled(ShapeArithmetic.Product(from[0], from[1]), from[2], from[3], scale.Height, scale.Width)
            : Resize(context, input, output);
        if (node.Attributes.Choice("mode") == "nearest")
            return context.Unary(fused, frame => Upsampling.Nearest(shape, frame.Read(input), frame.Write(output), frame.Workers));
        var alignCorners = node.Attributes.Boolean("align_corners");
        return context.Unary(fused, frame => Upsampling.Bilinear(shape, alignCorners, frame.Read(input), frame.Write(output), frame.Workers));
    }

    private static PlaneResizeShape Resize(LoweringContext context, int input, int output)
    {
        var (from, to) = (context.Shape(input), context.Shape(output));
        return new PlaneResizeShape(ShapeArithmetic.Product(from[0], from[1]), from[2], from[3], to[2], to[3]);
    }

    private static (int Height, int Width) Narrow((long Height, long Width) pair) => ((int)pair.Height, (int)pair.Width);
}
