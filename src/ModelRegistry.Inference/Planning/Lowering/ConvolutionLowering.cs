using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Planning.Lowering;

internal static class ConvolutionLowering
{
    internal static Step Convolution(LoweringContext context, FusedNode fused)
    {
        var (input, output) = (context.Node(fused).Inputs[0], context.Output(fused));
        var (from, to) = (context.Shape(input), context.Shape(output));
        var layer = context.Layers.Convolution(fused);
        var shape = context.Layers.Geometry(context.Node(fused), from[1], to[1]).For(from[0], from[2], from[3]);
        if (fused.Residual is not { } residual)
            return context.Unary(fused, frame => layer.Run(shape, frame.Read(input), [], frame.Write(output), frame.Workers));
        return new Step(
            context.Node(fused).Name,
            [input, residual],
            output,
            frame => layer.Run(shape, frame.Read(input), frame.Read(residual), frame.Write(output), frame.Workers))
        {
            Overwritable = residual,
        };
    }

    internal static Step Transposed(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var (from, to) = (context.Shape(input), context.Shape(output));
        var layer = context.Layers.TransposedConvolution(fused);
        var extra = node.Attributes.Pair("output_padding");
        var shape = new ConvTranspose2dShape(
            context.Layers.Geometry(node, from[1], to[1]), (int)extra.Height, (int)extra.Width, from[0], from[2], from[3]);
        return context.Unary(fused, frame => layer.Run(shape, frame.Read(input), frame.Write(output), frame.Workers));
    }
}
