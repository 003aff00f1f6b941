using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>Group normalisation over dimension 1.</summary>
internal sealed class GroupNormOperation : Operation
{
    internal override string Name => "group_norm";

    internal override string Summary => "Group normalisation over dimension 1.";

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Integer("groups", "Groups of channels normalised together.", 1) with { Required = true },
        AttributeSpec.Number("eps", "Added to the variance.", 1e-5),
    ];

    internal override long[] Infer(NodeInference node)
    {
        if (node.Input.Length < 2)
            throw node.Mismatch($"takes [N, C, …], not {Dimension.Show(node.Input)}");
        var groups = node.Attributes.Integer("groups");
        if (node.Input[1] != Dimension.Unknown && node.Input[1] % groups != 0)
            throw node.Mismatch($"cannot split {node.Input[1]} channels into {groups} groups");
        node.Tensor("weight", node.Input[1]);
        node.Tensor("bias", node.Input[1]);
        return node.Input;
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => Tensors(layers.Node(fused), layers);

    internal override Step Lower(NodeLowering node)
    {
        var (input, output) = (node.Input, node.Output);
        var shape = AxisShape.Of(node.InputShape, 1);
        var groups = (int)node.Attributes.Integer("groups");
        var (gamma, beta) = Tensors(node.Node, node.Layers);
        var epsilon = (float)node.Attributes.Number("eps");
        return node.Step(
            frame => Normalization.GroupNorm(shape, groups, frame.Read(input), gamma, beta, epsilon, frame.Write(output), frame.Workers),
            overwrites: true);
    }

    private static (float[] Gamma, float[] Beta) Tensors(GraphNode node, LayerCache layers) => (layers.Tensor(node, "weight"), layers.Tensor(node, "bias"));
}
