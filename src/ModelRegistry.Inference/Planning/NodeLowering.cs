using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Planning;

/// <summary>What an operation sees of its node while a plan is built: shapes that are known, packed layers, what was merged into it.</summary>
internal sealed class NodeLowering
{
    private readonly Graph _graph;
    private readonly long[][] _shapes;
    private readonly List<long> _reserved;
    private readonly List<int> _scratch = [];

    /// <param name="graph">The network.</param>
    /// <param name="shapes">Of each value.</param>
    /// <param name="layers">Packed weights.</param>
    /// <param name="reserved">Lengths of scratch values, numbered after the network's own; grows.</param>
    /// <param name="fused">The node and what was merged into it.</param>
    internal NodeLowering(Graph graph, long[][] shapes, LayerCache layers, List<long> reserved, FusedNode fused)
    {
        (_graph, _shapes, Layers, _reserved, Fused) = (graph, shapes, layers, reserved, fused);
        Node = graph.Nodes[fused.Node];
        Output = graph.ValueOf(fused.Last);
    }

    internal LayerCache Layers { get; }

    internal FusedNode Fused { get; }

    internal GraphNode Node { get; }

    internal AttributeValues Attributes => Node.Attributes;

    internal IReadOnlyList<int> Inputs => Node.Inputs;

    internal int Input => Node.Inputs[0];

    /// <summary>The value that the step yields: that of the last node merged.</summary>
    internal int Output { get; }

    /// <summary>Applied last to the result.</summary>
    internal Activation Activation => Fused.Activation;

    internal int[] InputShape => Shape(Input);

    internal int[] OutputShape => Shape(Output);

    internal int[] Shape(int value) => [.. _shapes[value].Select(size => checked((int)size))];

    /// <summary>A value around the dimension that an attribute names.</summary>
    internal AxisShape Axis(int value, string attribute = "axis") => AxisShape.Of(Shape(value), (int)Attributes.Integer(attribute));

    /// <summary>Memory for the step alone, planned with all other memory: a value to <see cref="Frame.Write"/>.</summary>
    internal int Reserve(long length)
    {
        _reserved.Add(length);
        _scratch.Add(_graph.ValueCount + _reserved.Count - 1);
        return _scratch[^1];
    }

    /// <summary>The kernel call that reads the node's inputs.</summary>
    /// <param name="kernel">The call.</param>
    /// <param name="overwrites">Whether the result may stand where the first input stood, when nobody reads that afterwards.</param>
    internal Step Step(Kernel kernel, bool overwrites = false) =>
        new(Node.Name, Node.Inputs, Output, kernel) { Overwritable = overwrites ? Input : null, Scratch = [.. _scratch] };

    internal InferenceException Failure(string code, string message, string hint) => new(code, message, Node.Where, hint);
}
