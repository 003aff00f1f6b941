using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>Softmax over what a mask lets through.</summary>
internal sealed class MaskedSoftmaxOperation : Operation
{
    internal override string Name => "masked_softmax";

    internal override string Summary => "Softmax of the first input along one dimension over what the second, whose sizes of 1 are repeated, marks with other than 0. NaN where nothing is marked, as the formula says.";

    internal override int MinimumInputs => 2;

    internal override int MaximumInputs => 2;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", -1)];

    internal override long[] Infer(NodeInference node)
    {
        node.Axis("axis", node.Input.Length);
        var shape = node.Broadcast(node.Input, node.Inputs[1]);
        return Dimension.Compatible(shape, node.Input)
            ? node.Input
            : throw node.Mismatch($"cannot mask {Dimension.Show(node.Input)} by {Dimension.Show(node.Inputs[1])}");
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, mask, output, shape) = (node.Input, node.Inputs[1], node.Output, node.Axis(node.Input));
        var places = new BroadcastShape(node.InputShape, node.Shape(mask));
        return node.Step(
            frame =>
            {
                var from = frame.Read(input);
                var marks = frame.Read(mask);
                var to = frame.Write(output);
                for (var i = 0; i < to.Length; i++)
                    to[i] = marks[places.Locate(i).Right] == 0 ? float.NegativeInfinity : from[i];
                Normalization.Softmax(shape, to, to, frame.Workers);
            },
            overwrites: true);
    }
}
