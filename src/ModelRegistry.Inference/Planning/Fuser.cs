using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels;

namespace ModelRegistry.Inference.Planning;

/// <summary>
/// Merges batch norm, a residual addition and an activation into the convolution before them, and an activation into
/// an addition or a batch norm, wherever nobody else reads the value in between.
/// </summary>
internal sealed class Fuser
{
    private const int Many = -2;
    private const int None = -1;

    private readonly Graph _graph;
    private readonly long[][] _shapes;
    private readonly int[] _consumer;
    private readonly bool[] _merged;

    private Fuser(Graph graph, long[][] shapes)
    {
        (_graph, _shapes) = (graph, shapes);
        _merged = new bool[graph.Nodes.Count];
        _consumer = new int[graph.ValueCount];
        Array.Fill(_consumer, None);
        for (var node = 0; node < graph.Nodes.Count; node++)
        {
            foreach (var value in graph.Nodes[node].Inputs)
                _consumer[value] = _consumer[value] == None ? node : Many;
        }

        foreach (var output in graph.Outputs)
            _consumer[output.Value] = Many;
    }

    /// <param name="graph">The network.</param>
    /// <param name="shapes">Of each value; sizes not known yet count as equal where both are unknown.</param>
    internal static List<FusedNode> Fuse(Graph graph, long[][] shapes)
    {
        var fuser = new Fuser(graph, shapes);
        var result = new List<FusedNode>(graph.Nodes.Count);
        for (var node = 0; node < graph.Nodes.Count; node++)
        {
            if (!fuser._merged[node])
                result.Add(fuser.FuseFrom(node));
        }

        // Sorting by the last node keeps each after everything it reads.
        result.Sort((a, b) => a.Last.CompareTo(b.Last));
        return result;
    }

    private FusedNode FuseFrom(int node)
    {
        var operation = _graph.Nodes[node].Operation.Name;
        var last = node;
        int? batchNorm = null, residual = null;
        if (operation is "conv2d" or "conv_transpose2d" || (operation is "linear" && _shapes[Value(node)].Length == 2))
            batchNorm = Absorb(ref last, "batch_norm");
        if (operation is "conv2d" && Sole(last) is { } add && _graph.Nodes[add].Operation.Name == "add")
        {
            var other = _graph.Nodes[add].Inputs.First(value => value != Value(last));
            if (_shapes[other].AsSpan().SequenceEqual(_shapes[Value(last)]))
            {
                residual = other;
                last = add;
                _merged[add] = true;
            }
        }

        var activation = Activation.None;
        if (operation is "conv2d" or "conv_transpose2d" or "linear" or "batch_norm" or "add"
            && Sole(last) is { } next && Activations.Of(_graph.Nodes[next]) is { } function)
        {
            activation = function;
            last = next;
            _merged[next] = true;
        }

        return new FusedNode(node, batchNorm, residual, activation, last);
    }

    private int? Absorb(ref int last, string operation)
    {
        if (Sole(last) is not { } next || _graph.Nodes[next].Operation.Name != operation)
            return null;
        last = next;
        _merged[next] = true;
        return next;
    }

    private int? Sole(int node) => _consumer[Value(node)] is >= 0 and var consumer && !_merged[consumer] ? consumer : null;

    private int Value(int node) => _graph.Inputs.Count + node;
}
