namespace ModelRegistry.Inference.Operations;

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
}
