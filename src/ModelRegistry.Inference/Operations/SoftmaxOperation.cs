namespace ModelRegistry.Inference.Operations;

/// <summary>Exponentials along one dimension, divided by their sum.</summary>
internal sealed class SoftmaxOperation : Operation
{
    internal override string Name => "softmax";

    internal override string Summary => "Exponentials along one dimension, divided by their sum.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", -1)];

    internal override long[] Infer(NodeInference node)
    {
        node.Axis("axis", node.Input.Length);
        return node.Input;
    }
}
