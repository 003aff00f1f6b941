namespace ModelRegistry.Inference.Operations;

/// <summary>A fully connected layer over the last dimension.</summary>
internal sealed class LinearOperation : Operation
{
    internal override string Name => "linear";

    internal override string Summary => "Fully connected layer over the last dimension; weight [features, inputs].";

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Integer("features", "Outputs; read from the weight when left out, checked when given.", 1),
        AttributeSpec.Boolean("bias", "Whether there is a bias tensor.", true),
    ];

    internal override long[] Infer(NodeInference node)
    {
        if (node.Input.Length < 1)
            throw node.Mismatch("takes at least one dimension");
        var weight = node.Tensor("weight", node.Attributes.OptionalInteger("features") ?? Dimension.Unknown, node.Input[^1]);
        if (node.Attributes.Boolean("bias"))
            node.Tensor("bias", weight[0]);
        return [.. node.Input[..^1], weight[0]];
    }
}
