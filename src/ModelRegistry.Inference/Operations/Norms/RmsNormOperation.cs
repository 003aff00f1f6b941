using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>Division by the root of the mean square of the last dimension.</summary>
internal sealed class RmsNormOperation : Operation
{
    internal override string Name => "rms_norm";

    internal override string Summary => "x / √(mean of squares over the last dimension + eps) · weight.";

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } = [AttributeSpec.Number("eps", "Added to the mean square.", 1e-6)];

    internal override long[] Infer(NodeInference node)
    {
        if (node.Input.Length < 1)
            throw node.Mismatch("takes at least one dimension");
        node.Tensor("weight", node.Input[^1]);
        return node.Input;
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => layers.Tensor(layers.Node(fused), "weight");

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, width) = (node.Input, node.Output, node.InputShape[^1]);
        var rows = ShapeArithmetic.Product(node.InputShape) / width;
        var gamma = node.Layers.Tensor(node.Node, "weight");
        var epsilon = (float)node.Attributes.Number("eps");
        return node.Step(
            frame => Normalization.RootMeanSquare(rows, width, frame.Read(input), gamma, epsilon, frame.Write(output), frame.Workers),
            overwrites: true);
    }
}
