namespace ModelRegistry.Inference.Graphs;

/// <summary>A network with loops unrolled and conditions decided: nodes in an order in which each follows its inputs.</summary>
internal sealed record Graph(
    string Architecture, IReadOnlyList<GraphInput> Inputs, IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphOutput> Outputs)
{
    internal int ValueCount => Inputs.Count + Nodes.Count;

    /// <summary>The value that a node yields.</summary>
    internal int ValueOf(int node) => Inputs.Count + node;
}

/// <summary>A declared input: -1 in <paramref name="Shape"/> accepts any size.</summary>
/// <param name="Name">Its name in the architecture.</param>
/// <param name="Shape">Declared sizes.</param>
/// <param name="Example">A shape that works, for trying the network without an image; null when none is declared.</param>
/// <param name="IsInteger">Whether it holds whole numbers.</param>
internal sealed record GraphInput(string Name, long[] Shape, long[]? Example, bool IsInteger)
{
    internal string DType => IsInteger ? "int64" : "float32";
}

/// <summary>A declared output and the value it shows.</summary>
internal sealed record GraphOutput(string Name, int Value);
