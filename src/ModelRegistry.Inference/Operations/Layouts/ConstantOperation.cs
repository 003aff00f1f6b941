using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>A number of the architecture itself.</summary>
internal sealed class ConstantOperation : Operation
{
    internal override string Name => "constant";

    internal override string Summary => "One number, as a tensor without dimensions: repeated wherever it is combined with another.";

    internal override int MinimumInputs => 0;

    internal override int MaximumInputs => 0;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } = [AttributeSpec.Number("value", "The number.", null) with { Required = true }];

    internal override long[] Infer(NodeInference node) => [];

    internal override float[] Constant(GraphNode node, LayerCache layers) => [(float)node.Attributes.Number("value")];
}
