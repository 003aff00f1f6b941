using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pools;

/// <summary>Resizes height and width.</summary>
internal sealed class UpsampleOperation : Operation
{
    internal override string Name => "upsample";

    internal override string Summary => "Resizes height and width of [N, C, H, W]: by scale, to size, or to those of the second input.";

    internal override int MaximumInputs => 2;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Pair("scale", "Whole factors.", 1),
        AttributeSpec.Pair("size", "Height and width of the result.", 1),
        AttributeSpec.Choice("mode", "How values in between are found.", "nearest", "nearest", "bilinear"),
        AttributeSpec.Boolean("align_corners", "Whether corner pixels keep their values (bilinear only).", false),
    ];

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(4, "[N, C, H, W]");
        var (scale, size) = (node.Attributes.OptionalPair("scale"), node.Attributes.OptionalPair("size"));
        if ((scale.HasValue ? 1 : 0) + (size.HasValue ? 1 : 0) + node.Inputs.Count - 1 != 1)
            throw node.Mismatch("takes one of scale, size and a second input");
        if (node.Attributes.Boolean("align_corners") && node.Attributes.Choice("mode") != "bilinear")
            throw node.Mismatch("takes align_corners only with mode bilinear");
        if (node.Inputs.Count > 1)
        {
            return node.Inputs[1] is [.., var height, var width]
                ? [node.Input[0], node.Input[1], height, width]
                : throw node.Mismatch($"cannot take height and width of {Dimension.Show(node.Inputs[1])}");
        }

        return size is { } target
            ? [node.Input[0], node.Input[1], target.Height, target.Width]
            : [node.Input[0], node.Input[1], Dimension.Product(node.Input[2], scale!.Value.Height), Dimension.Product(node.Input[3], scale.Value.Width)];
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, to) = (node.Input, node.Output, node.InputShape, node.OutputShape);
        var planes = ShapeArithmetic.Product(from[0], from[1]);
        var shape = node.Attributes.OptionalPair("scale") is { } scale
            ? PlaneResizeShape.Scaled(planes, from[2], from[3], scale.Height, scale.Width)
            : new PlaneResizeShape(planes, from[2], from[3], to[2], to[3]);
        if (node.Attributes.Choice("mode") == "nearest")
            return node.Step(frame => Upsampling.Nearest(shape, frame.Read(input), frame.Write(output), frame.Workers));
        var alignCorners = node.Attributes.Boolean("align_corners");
        return node.Step(frame => Upsampling.Bilinear(shape, alignCorners, frame.Read(input), frame.Write(output), frame.Workers));
    }
}
