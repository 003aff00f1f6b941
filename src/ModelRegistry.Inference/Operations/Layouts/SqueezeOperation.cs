namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Takes a dimension of size 1 away.</summary>
internal sealed class SqueezeOperation : Operation
{
    internal override string Name => "squeeze";

    internal override string Summary => "Takes a dimension of size 1 away.";

    internal override bool IsView => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", -1)];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        return Dimension.Compatible(node.Input[axis], 1)
            ? [.. node.Input[..axis], .. node.Input[(axis + 1)..]]
            : throw node.Mismatch($"cannot take dimension {axis} of {Dimension.Show(node.Input)} away");
    }
}
