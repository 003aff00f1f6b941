using ModelRegistry.Inference.Graphs;

namespace ModelRegistry.Inference.Planning.Lowering;

/// <summary>What a lowering needs: the network, the shape of every value, and the packed layers.</summary>
internal sealed class LoweringContext
{
    private readonly int[][] _shapes;

    internal LoweringContext(Graph graph, long[][] shapes, LayerCache layers)
    {
        Graph = graph;
        Layers = layers;
        _shapes = [.. shapes.Select(shape => shape.Select(size => checked((int)size)).ToArray())];
    }

    internal Graph Graph { get; }

    internal LayerCache Layers { get; }

    internal int[] Shape(int value) => _shapes[value];

    internal GraphNode Node(FusedNode fused) => Graph.Nodes[fused.Node];

    internal int Output(FusedNode fused) => Graph.Inputs.Count + fused.Last;

    /// <summary>A kernel of one input.</summary>
    internal Step Unary(FusedNode fused, Kernel kernel, bool overwrites = false)
    {
        var node = Node(fused);
        return new Step(node.Name, node.Inputs, Output(fused), kernel) { Overwritable = overwrites ? node.Inputs[0] : null };
    }
}
