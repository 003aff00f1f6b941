namespace ModelRegistry.Inference.Operations;

/// <summary>A function of each element alone.</summary>
internal sealed class ElementwiseOperation : Operation
{
    internal ElementwiseOperation(string name, string summary, params AttributeSpec[] attributes) =>
        (Name, Summary, Attributes) = (name, summary, attributes);

    internal override string Name { get; }

    internal override string Summary { get; }

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override long[] Infer(NodeInference node) => node.Input;
}
