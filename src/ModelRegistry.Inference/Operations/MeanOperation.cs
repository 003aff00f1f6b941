namespace ModelRegistry.Inference.Operations;

/// <summary>The mean along one dimension, which disappears.</summary>
internal sealed class MeanOperation : Operation
{
    internal override string Name => "mean";

    internal override string Summary => "The mean along one dimension, which disappears.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 1)];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        return [.. node.Input[..axis], .. node.Input[(axis + 1)..]];
    }
}
