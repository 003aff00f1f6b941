using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pointwise;

/// <summary>Leaky ReLU with a learnt slope.</summary>
internal sealed class PreluOperation : Operation
{
    internal override string Name => "prelu";

    internal override string Summary => "x where x > 0, else weight · x; one weight for all channels of dimension 1, or one for each.";

    internal override bool HasKey => true;

    internal override long[] Infer(NodeInference node)
    {
        var weight = node.Tensor("weight", Dimension.Unknown);
        if (weight[0] > 1 && (node.Input.Length < 2 || !Dimension.Compatible(node.Input[1], weight[0])))
            throw node.Mismatch($"has {weight[0]} slopes for {Dimension.Show(node.Input)}");
        return node.Input;
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => layers.Tensor(layers.Node(fused), "weight");

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, slopes) = (node.Input, node.Output, node.Layers.Tensor(node.Node, "weight"));
        var shape = slopes.Length == 1 ? new AxisShape(1, 1, ShapeArithmetic.Product(node.InputShape)) : AxisShape.Of(node.InputShape, 1);
        return node.Step(
            frame =>
            {
                var from = frame.Read(input);
                var to = frame.Write(output);
                for (var row = 0; row < shape.Outer * shape.Length; row++)
                {
                    var part = new Range(row * shape.Inner, (row + 1) * shape.Inner);
                    ElementMap.Run<ElementFunctions.LeakyRelu>(slopes[row % shape.Length], 0, from[part], to[part], frame.Workers);
                }
            },
            overwrites: true);
    }
}
