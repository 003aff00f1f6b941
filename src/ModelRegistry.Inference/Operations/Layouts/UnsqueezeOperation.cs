namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Puts a dimension of size 1 in.</summary>
internal sealed class UnsqueezeOperation : Operation
{
    internal override string Name => "unsqueeze";

    internal override string Summary => "Puts a dimension of size 1 in.";

    internal override bool IsView => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "Where it stands in the result, counted from the end when negative.", 0)];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length + 1);
        return [.. node.Input[..axis], 1, .. node.Input[axis..]];
    }
}
