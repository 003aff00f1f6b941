using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Graphs;

/// <summary>Shapes of every value, from the shapes of the inputs.</summary>
internal static class ShapeInference
{
    /// <param name="graph">The network.</param>
    /// <param name="inputs">One shape for each input; unknown sizes allowed.</param>
    /// <param name="requirements">Told which tensors the network asks for.</param>
    /// <exception cref="InferenceException">Two shapes do not fit, or a size overflows; the node is named.</exception>
    internal static long[][] Infer(Graph graph, IReadOnlyList<long[]> inputs, TensorRequirements requirements) =>
        Infer(graph, inputs, requirements, InferNode);

    /// <summary>
    /// As <see cref="Infer(Graph, IReadOnlyList{long[]}, TensorRequirements)"/>, but goes on after a node that does not
    /// fit, with a shape of unknown sizes, so that every tensor of the network is asked for.
    /// </summary>
    /// <returns>The first misfit, or null.</returns>
    internal static InferenceException? InferAll(Graph graph, IReadOnlyList<long[]> inputs, TensorRequirements requirements)
    {
        InferenceException? first = null;
        Infer(graph, inputs, requirements, (node, shapes, required) =>
        {
            try
            {
                return InferNode(node, shapes, required);
            }
            catch (InferenceException exception)
            {
                first ??= exception;
                return [.. (shapes is [var input, ..] ? input : []).Select(_ => Dimension.Unknown)];
            }
        });
        return first;
    }

    private static long[][] Infer(
        Graph graph, IReadOnlyList<long[]> inputs, TensorRequirements requirements, Func<GraphNode, long[][], TensorRequirements, long[]> inferNode)
    {
        var shapes = new long[graph.ValueCount][];
        for (var i = 0; i < inputs.Count; i++)
            shapes[i] = inputs[i];
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            shapes[inputs.Count + i] = inferNode(node, [.. node.Inputs.Select(value => shapes[value])], requirements);
        }

        return shapes;
    }

    private static long[] InferNode(GraphNode node, long[][] inputs, TensorRequirements requirements)
    {
        try
        {
            var shape = node.Operation.Infer(new NodeInference(node, inputs, requirements));
            if (shape.Length > Architectures.Limits.Rank)
                throw new InferenceException(Codes.ShapeMismatch, $"{node.Operation.Name} yields {shape.Length} dimensions, more than {Architectures.Limits.Rank}", node.Where);
            if (shape.Any(size => size == 0 || size < Dimension.Unknown))
                throw new InferenceException(Codes.ShapeMismatch, $"{node.Operation.Name} yields an empty tensor {Dimension.Show(shape)} from {string.Join(", ", inputs.Select(input => Dimension.Show(input)))}", node.Where, "give a larger input");
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
        Codes.ShapeMismatch, $"{node.Operation.Name} yields a tensor of more than {Dimension.Largest} elements", node.Where, "give a smaller input");
}
