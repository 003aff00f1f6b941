using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Planning.Lowering;

internal static class ElementwiseLowering
{
    internal static Step Activation(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var function = Activations.Of(node) ?? throw new InvalidOperationException($"no kernel is known for '{node.Operation}'");
        return context.Unary(
            fused, frame => Elementwise.Apply(function, frame.Read(input), frame.Write(output), frame.Workers), overwrites: true);
    }

    internal static Step Binary(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (left, right, output) = (node.Inputs[0], node.Inputs[1], context.Output(fused));
        var shape = new BroadcastShape(context.Shape(left), context.Shape(right));
        Kernel kernel = node.Operation.Name == "add"
            ? frame => Elementwise.Add(shape, frame.Read(left), frame.Read(right), fused.Activation, frame.Write(output), frame.Workers)
            : frame => Elementwise.Multiply(shape, frame.Read(left), frame.Read(right), frame.Write(output), frame.Workers);
        return context.Unary(fused, kernel, overwrites: shape.LeftLength == shape.OutputLength);
    }
}
