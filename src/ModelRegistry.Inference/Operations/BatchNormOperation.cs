namespace ModelRegistry.Inference.Operations;

/// <summary>Batch normalisation with the running statistics of training.</summary>
internal sealed class BatchNormOperation : Operation
{
    internal override string Name => "batch_norm";

    internal override string Summary => "Batch normalisation with running statistics over dimension 1.";

    internal override bool HasKey => true;

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
}
