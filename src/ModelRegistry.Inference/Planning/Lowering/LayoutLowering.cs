using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Planning.Lowering;

internal static class LayoutLowering
{
    internal static Step Concat(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var output = context.Output(fused);
        var axis = (int)node.Attributes.Integer("axis");
        var shape = AxisShape.Of(context.Shape(output), axis);
        var parts = node.Inputs.ToArray();
        var lengths = parts.Select(part => AxisShape.Of(context.Shape(part), axis).Length).ToArray();
        var step = context.Unary(fused, frame =>
        {
            var target = frame.Write(output);
            for (int i = 0, offset = 0; i < parts.Length; offset += lengths[i++])
            {
                if (shape.Outer > 1 || !frame.IsInPlace(parts[i], output, offset * shape.Inner))
                    Layout.ConcatPart(shape, offset, lengths[i], frame.Read(parts[i]), target);
            }
        });
        return shape.Outer == 1 ? step with { Joins = parts } : step;
    }

    internal static Step Permute(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var shape = new PermuteShape(context.Shape(input), [.. node.Attributes.Integers("order").Select(axis => (int)axis)]);
        return context.Unary(fused, frame => Layout.Permute(shape, frame.Read(input), frame.Write(output), frame.Workers));
    }

    internal static Step Slice(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var axis = (int)node.Attributes.Integer("axis");
        var (from, to) = (AxisShape.Of(context.Shape(input), axis), AxisShape.Of(context.Shape(output), axis));
        var start = (int)node.Attributes.Integer("start") * from.Inner;
        var (stride, run) = (from.Length * from.Inner, to.Length * to.Inner);
        return context.Unary(fused, frame =>
        {
            var source = frame.Read(input);
            var target = frame.Write(output);
            for (var outer = 0; outer < from.Outer; outer++)
                source.Slice(outer * stride + start, run).CopyTo(target[(outer * run)..]);
        });
    }

    internal static Step Expand(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var shape = AxisShape.Of(context.Shape(output), (int)node.Attributes.Integer("axis"));
        return context.Unary(fused, frame =>
        {
            var source = frame.Read(input);
            var target = frame.Write(output);
            for (var i = 0; i < shape.Outer * shape.Length; i++)
                source.Slice(i / shape.Length * shape.Inner, shape.Inner).CopyTo(target[(i * shape.Inner)..]);
        });
    }

    internal static Step Mean(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var shape = AxisShape.Of(context.Shape(input), (int)node.Attributes.Integer("axis"));
        return context.Unary(fused, frame =>
        {
            var source = frame.Read(input);
            var target = frame.Write(output);
            for (var outer = 0; outer < shape.Outer; outer++)
            {
                for (var inner = 0; inner < shape.Inner; inner++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < shape.Length; i++)
                        sum += source[(outer * shape.Length + i) * shape.Inner + inner];
                    target[outer * shape.Inner + inner] = (float)(sum / shape.Length);
                }
            }
        });
    }
}
