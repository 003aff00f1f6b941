using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Operations;
using ModelRegistry.Inference.Planning.Lowering;

namespace ModelRegistry.Inference.Planning;

/// <summary>Turns a graph and the shapes of its inputs into a plan.</summary>
internal static class PlanBuilder
{
    /// <exception cref="InferenceException">The input does not suit the network; the node is named.</exception>
    internal static ExecutionPlan Build(Graph graph, IReadOnlyList<long[]> inputs, TensorRequirements requirements, LayerCache layers)
    {
        var misfit = ShapeInference.InferAll(graph, inputs, requirements);
        if (requirements.HasDifference)
            throw OtherSize(inputs, requirements);
        if (misfit is not null)
            throw misfit;
        var shapes = ShapeInference.Infer(graph, inputs, requirements);
        var lowering = new LoweringContext(graph, shapes, layers);
        var viewOf = Enumerable.Range(0, graph.ValueCount).ToArray();
        var places = new Dictionary<int, Slot>();
        for (var i = 0; i < inputs.Count; i++)
            places.Add(i, new Slot(Place.Input, i, 0));
        var steps = new List<Step>();
        foreach (var fused in Fuser.Fuse(graph, shapes))
        {
            var node = graph.Nodes[fused.Node];
            var value = lowering.Output(fused);
            if (node.Operation.Name is "flatten" or "reshape" or "identity")
                viewOf[value] = viewOf[node.Inputs[0]];
            else if (node.Operation.Name == "parameter")
                places.Add(value, new Slot(Place.Constant, 0, 0, layers.Tensor(node, "")));
            else
                steps.Add(Lower(lowering, fused, node));
        }

        var lengths = shapes.Select(shape => Dimension.Elements(shape)).ToArray();
        var (slots, length) = MemoryPlan.Create(steps, lengths, viewOf, places, graph.Outputs.Select(output => output.Value));
        return new ExecutionPlan(steps, slots, length, [.. graph.Outputs.Select(output => (output.Value, shapes[output.Value]))]);
    }

    // A fully connected layer after flattening fixes the input size.
    private static InferenceException OtherSize(IReadOnlyList<long[]> inputs, TensorRequirements requirements) => new(
        Codes.InputMismatch,
        $"an input of {string.Join(", ", inputs.Select(shape => Dimension.Show(shape)))} does not suit the weights: {requirements.PartialDifference().Misshapen[0]}",
        hint: "give the input size that the network was trained with");

    // The kernels hold shapes to limits of their own, such as 2^31 elements.
    private static Step Lower(LoweringContext lowering, FusedNode fused, GraphNode node)
    {
        try
        {
            return Lowerings.Lower(lowering, fused);
        }
        catch (ArgumentException exception)
        {
            throw new InferenceException(Codes.ShapeMismatch, $"{node.Operation} cannot be run: {exception.Message}", node.Where, inner: exception);
        }
    }
}
