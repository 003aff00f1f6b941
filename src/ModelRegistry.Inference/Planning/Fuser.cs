using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Planning;

/// <summary>
/// Merges what operations can take over from the nodes after them (a batch norm, a residual addition, an activation)
/// wherever nobody else reads the value in between.
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
        var absorbs = _graph.Nodes[node].Operation.Absorbs(_shapes[_graph.ValueOf(node)].Length);
        var last = node;
        var batchNorm = Next(last, absorbs, Fusion.BatchNorm);
        Merge(batchNorm, ref last);
        int? residual = null;
        if (Next(last, absorbs, Fusion.Addition) is { } addition && Summand(addition, _graph.ValueOf(last)) is { } other)
        {
            residual = other;
            Merge(addition, ref last);
        }

        var activation = Next(last, absorbs, Fusion.Activation);
        Merge(activation, ref last);
        var function = activation is { } merged ? _graph.Nodes[merged].Operation.ActivationOf(_graph.Nodes[merged].Attributes) : Activation.None;
        return new FusedNode(node, batchNorm, residual, function, last);
    }

    private int? Next(int last, Fusion absorbs, Fusion kind) =>
        absorbs.HasFlag(kind) && Sole(last) is { } next && _graph.Nodes[next].Operation.MergesAs == kind ? next : null;

    private void Merge(int? node, ref int last)
    {
        if (node is not { } merged)
            return;
        last = merged;
        _merged[merged] = true;
    }

    // Sizes of 1 that an addition repeats are its own business.
    private int? Summand(int addition, int value)
    {
        var other = _graph.Nodes[addition].Inputs.First(input => input != value);
        return _shapes[other].AsSpan().SequenceEqual(_shapes[value]) ? other : null;
    }

    private int? Sole(int node) => _consumer[_graph.ValueOf(node)] is >= 0 and var consumer && !_merged[consumer] ? consumer : null;
}
