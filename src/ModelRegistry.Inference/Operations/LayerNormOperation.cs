namespace ModelRegistry.Inference.Operations;

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
}
