namespace ModelRegistry.Inference.Graphs;

/// <summary>A network with loops unrolled and conditions decided: nodes in an order in which each follows its inputs.</summary>
internal sealed record Graph(
    string Architecture, IReadOnlyList<GraphInput> Inputs, IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphOutput> Outputs)
{
    internal int ValueCount => Inputs.Count + Nodes.Count;

    /// <summary>The value that a node yields.</summary>
    internal int ValueOf(int node) => Inputs.Count + node;
}
