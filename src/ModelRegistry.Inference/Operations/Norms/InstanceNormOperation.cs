using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>Instance normalisation: each channel of each sample by its own mean and variance.</summary>
internal sealed class InstanceNormOperation : Operation
{
    internal override string Name => "instance_norm";

    internal override string Summary => "Each channel (dimension 1) of each sample by its own mean and variance; without running statistics.";

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Number("eps", "Added to the variance.", 1e-5),
        AttributeSpec.Boolean("affine", "Whether there are weight and bias tensors.", false),
    ];

    internal override long[] Infer(NodeInference node)
    {
        if (node.Input.Length < 3)
            throw node.Mismatch($"takes [N, C, …], not {Dimension.Show(node.Input)}");
        if (node.Attributes.Boolean("affine"))
        {
            node.Tensor("weight", node.Input[1]);
            node.Tensor("bias", node.Input[1]);
        }

        return node.Input;
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => Tensors(layers.Node(fused), layers);

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, shape) = (node.Input, node.Output, AxisShape.Of(node.InputShape, 1));
        var (gamma, beta) = Tensors(node.Node, node.Layers);
        var epsilon = (float)node.Attributes.Number("eps");
        return node.Step(
            frame => Normalization.GroupNorm(shape, shape.Length, frame.Read(input), gamma, beta, epsilon, frame.Write(output), frame.Workers),
            overwrites: true);
    }

    private static (float[] Gamma, float[] Beta) Tensors(GraphNode node, LayerCache layers)
    {
        var affine = node.Attributes.Boolean("affine");
        return (layers.Tensor(node, "weight", affine), layers.Tensor(node, "bias", affine));
    }
}
