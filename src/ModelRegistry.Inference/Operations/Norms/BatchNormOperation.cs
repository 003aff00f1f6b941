using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>Batch normalisation with the running statistics of training.</summary>
internal sealed class BatchNormOperation : Operation
{
    internal override string Name => "batch_norm";

    internal override string Summary => "Batch normalisation with running statistics over dimension 1.";

    internal override bool HasKey => true;

    internal override Fusion Absorbs(int rank) => Fusion.Activation;

    internal override Fusion MergesAs => Fusion.BatchNorm;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Number("eps", "Added to the variance.", 1e-5),
        AttributeSpec.Boolean("affine", "Whether there are weight and bias tensors.", true),
    ];

    internal override long[] Infer(NodeInference node)
    {
        if (node.Input.Length < 2)
            throw node.Mismatch($"takes [N, C, …], not {Dimension.Show(node.Input)}");
        var mean = node.Tensor("running_mean", node.Input[1]);
        node.Tensor("running_var", node.Input[1]);
        if (node.Attributes.Boolean("affine"))
        {
            node.Tensor("weight", node.Input[1]);
            node.Tensor("bias", node.Input[1]);
        }

        node.Buffer("num_batches_tracked");
        return [node.Input[0], mean[0], .. node.Input[2..]];
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => Tensors(layers.Node(fused), layers);

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, activation) = (node.Input, node.Output, node.Activation);
        var shape = AxisShape.Of(node.InputShape, 1);
        var (mean, variance, gamma, beta) = Tensors(node.Node, node.Layers);
        var epsilon = (float)node.Attributes.Number("eps");
        return node.Step(
            frame => Normalization.BatchNorm(
                shape, frame.Read(input), mean, variance, gamma, beta, epsilon, activation, frame.Write(output), frame.Workers),
            overwrites: true);
    }

    private static (float[] Mean, float[] Variance, float[] Gamma, float[] Beta) Tensors(GraphNode node, LayerCache layers)
    {
        var affine = node.Attributes.Boolean("affine");
        return (
            layers.Tensor(node, "running_mean"), layers.Tensor(node, "running_var"),
            layers.Tensor(node, "weight", affine), layers.Tensor(node, "bias", affine));
    }
}
