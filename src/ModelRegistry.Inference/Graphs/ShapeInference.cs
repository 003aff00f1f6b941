using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Graphs;

/// <summary>Shapes of every value, from the shapes of the inputs.</summary>
internal static class ShapeInference
{
    /// <summary>
    /// Goes on after a node that does not fit, with a shape of unknown sizes, so that every tensor of the network is asked for.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="inputs">One shape for each input; unknown sizes allowed.</param>
    /// <param name="requirements">Told which tensors the network asks for.</param>
    /// <returns>A shape for each value; and the first misfit (two shapes do not fit, or a size overflows), which names its node, or null.</returns>
    internal static (long[][] Shapes, InferenceException? Misfit) Infer(Graph graph, IReadOnlyList<long[]> inputs, TensorRequirements requirements)
    {
        InferenceException? misfit = null;
        var shapes = new long[graph.ValueCount][];
        for (var i = 0; i < inputs.Count; i++)
            shapes[i] = inputs[i];
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            long[][] given = [.. node.Inputs.Select(value => shapes[value])];
            try
            {
                shapes[graph.ValueOf(i)] = InferNode(node, given, requirements);
            }
            catch (InferenceException exception)
            {
                misfit ??= exception;
                shapes[graph.ValueOf(i)] = [.. (given is [var first, ..] ? first : []).Select(_ => Dimension.Unknown)];
            }
        }

        return (shapes, misfit);
    }

    private static long[] InferNode(GraphNode node, long[][] inputs, TensorRequirements requirements)
    {
        try
        {
            var shape = node.Operation.Infer(new NodeInference(node, inputs, requirements));
            if (shape.Length > Architectures.ArchitectureLimits.Rank)
                throw new InferenceException(InferenceCodes.ShapeMismatch, $"{node.Operation.Name} yields {shape.Length} dimensions, more than {Architectures.ArchitectureLimits.Rank}", node.Where);
            if (shape.Any(size => size == 0 || size < Dimension.Unknown))
                throw new InferenceException(InferenceCodes.ShapeMismatch, $"{node.Operation.Name} yields an empty tensor {Dimension.Show(shape)} from {string.Join(", ", inputs.Select(input => Dimension.Show(input)))}", node.Where, "give a larger input");
            if (shape.Any(size => size > Dimension.Largest) || Dimension.Elements(shape) > Dimension.Largest)
                throw TooLarge(node);
            return shape;
        }
        catch (OverflowException)
        {
            throw TooLarge(node);
        }
    }

    private static InferenceException TooLarge(GraphNode node) => new(
        InferenceCodes.ShapeMismatch, $"{node.Operation.Name} yields a tensor of more than {Dimension.Largest} elements", node.Where, "give a smaller input");
}
