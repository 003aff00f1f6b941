using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>Layer normalisation over the last dimension.</summary>
internal sealed class LayerNormOperation : Operation
{
    internal override string Name => "layer_norm";

    internal override string Summary => "Layer normalisation over the last dimension.";

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Number("eps", "Added to the variance.", 1e-5),
        AttributeSpec.Boolean("bias", "Whether there is a bias tensor.", true),
    ];

    internal override long[] Infer(NodeInference node)
    {
        if (node.Input.Length < 1)
            throw node.Mismatch("takes at least one dimension");
        var weight = node.Tensor("weight", node.Input[^1]);
        if (node.Attributes.Boolean("bias"))
            node.Tensor("bias", weight[0]);
        return node.Input;
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => Tensors(layers.Node(fused), layers);

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, width) = (node.Input, node.Output, node.InputShape[^1]);
        var rows = ShapeArithmetic.Product(node.InputShape) / width;
        var (gamma, beta) = Tensors(node.Node, node.Layers);
        var epsilon = (float)node.Attributes.Number("eps");
        return node.Step(
            frame => Normalization.LayerNorm(rows, width, frame.Read(input), gamma, beta, epsilon, frame.Write(output), frame.Workers),
            overwrites: true);
    }

    private static (float[] Gamma, float[] Beta) Tensors(GraphNode node, LayerCache layers) =>
        (layers.Tensor(node, "weight"), layers.Tensor(node, "bias", node.Attributes.Boolean("bias")));
}
