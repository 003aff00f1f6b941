using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Graphs;

/// <summary>An architecture and a state dict that fit each other: what every engine runs.</summary>
/// <param name="Graph">The nodes in order; <see cref="GraphNode.TensorKey"/> names their tensors.</param>
/// <param name="Weights">The tensors under the names that the graph asks for.</param>
/// <param name="Shapes">Of each value for the declared inputs, with -1 where only an input decides.</param>
/// <param name="Notes">What was seen through to make them fit, one line each.</param>
internal sealed record BoundNetwork(Graph Graph, IWeightSource Weights, long[][] Shapes, IReadOnlyList<string> Notes)
{
    /// <summary>What each input takes.</summary>
    internal IReadOnlyList<TensorDeclaration> Inputs =>
    [
        .. Graph.Inputs.Select((input, i) => new TensorDeclaration(input.Name, input.Shape, input.Example)
        {
            DType = input.DType,
            IndexLimit = IndexLimit(i),
        }),
    ];

    /// <summary>What each output yields.</summary>
    internal IReadOnlyList<TensorDeclaration> Outputs =>
        [.. Graph.Outputs.Select(output => new TensorDeclaration(output.Name, Shapes[output.Value], null))];

    // Also where the input is only seen under another shape on its way to the table.
    private long? IndexLimit(int value)
    {
        long? least = null;
        for (var n = 0; n < Graph.Nodes.Count; n++)
        {
            var node = Graph.Nodes[n];
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] != value)
                    continue;
                var limit = node.Operation.IsView ? IndexLimit(Graph.ValueOf(n)) : node.Operation.IndexLimit(node, i, Weights);
                least = limit is null || limit > least ? least : limit;
            }
        }

        return least;
    }
}
