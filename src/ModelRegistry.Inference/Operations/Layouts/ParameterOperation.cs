using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>A tensor of the state dict itself.</summary>
internal sealed class ParameterOperation : Operation
{
    internal override string Name => "parameter";

    internal override string Summary => "A tensor of the state dict itself, such as a position embedding; key is its whole name.";

    internal override bool HasKey => true;

    internal override int MinimumInputs => 0;

    internal override int MaximumInputs => 0;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        new AttributeSpec("shape", AttributeKind.Integers, "Its shape, -1 for any size.") { Required = true, Minimum = -1 },
    ];

    internal override long[] Infer(NodeInference node) => node.Tensor("", (long[])node.Attributes.Integers("shape").Clone());

    internal override void Prepare(FusedNode fused, LayerCache layers) => layers.Tensor(layers.Node(fused), "");

    internal override float[] Constant(GraphNode node, LayerCache layers) => layers.Tensor(node, "");
}
