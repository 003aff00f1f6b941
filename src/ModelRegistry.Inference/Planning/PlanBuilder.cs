using System.Runtime.ExceptionServices;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Planning;

/// <summary>Turns a graph and the shapes of its inputs into a plan.</summary>
internal static class PlanBuilder
{
    /// <exception cref="InferenceException">The input does not suit the network; the node is named.</exception>
    internal static ExecutionPlan Build(Graph graph, IReadOnlyList<long[]> inputs, TensorRequirements requirements, LayerCache layers)
    {
        var (shapes, misfit) = ShapeInference.Infer(graph, inputs, requirements);
        if (requirements.HasDifference)
            throw OtherSize(inputs, requirements);
        if (misfit is not null)
            throw misfit;
        var viewOf = Enumerable.Range(0, graph.ValueCount).ToList();
        var places = new Dictionary<int, Slot>();
        for (var i = 0; i < inputs.Count; i++)
            places.Add(i, new Slot(Place.Input, i, 0));
        var steps = new List<Step>();
        var reserved = new List<long>();
        foreach (var fused in Fuser.Fuse(graph, shapes))
        {
            var node = new NodeLowering(graph, shapes, layers, reserved, fused);
            if (node.Node.Operation.IsView)
                viewOf[node.Output] = viewOf[node.Input];
            else if (node.Node.Operation.Constant(node.Node, layers) is { } constant)
                places.Add(node.Output, new Slot(Place.Constant, 0, 0, constant));
            else
                steps.Add(Lower(node));
        }

        viewOf.AddRange(Enumerable.Range(graph.ValueCount, reserved.Count));
        long[] lengths = [.. shapes.Select(shape => Dimension.Elements(shape)), .. reserved];
        var (slots, length) = MemoryPlan.Create(steps, lengths, [.. viewOf], places, graph.Outputs.Select(output => output.Value));
        return new ExecutionPlan(steps, slots, length, [.. graph.Outputs.Select(output => (output.Value, shapes[output.Value]))]);
    }

    /// <summary>Reads and packs all weights when the network is loaded, before any input is known.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="shapes">Of each value, as far as known.</param>
    /// <param name="layers">Receives them.</param>
    /// <param name="threads">Layers are independent, so they are packed side by side.</param>
    internal static void Prepare(Graph graph, long[][] shapes, LayerCache layers, int threads)
    {
        var fused = Fuser.Fuse(graph, shapes);
        try
        {
            Parallel.ForEach(fused, new ParallelOptions { MaxDegreeOfParallelism = threads }, one => graph.Nodes[one.Node].Operation.Prepare(one, layers));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }
    }

    // A fully connected layer after flattening fixes the input size.
    private static InferenceException OtherSize(IReadOnlyList<long[]> inputs, TensorRequirements requirements) => new(
        InferenceCodes.InputMismatch,
        $"an input of {string.Join(", ", inputs.Select(shape => Dimension.Show(shape)))} does not suit the weights: {requirements.PartialDifference().Misshapen[0]}",
        hint: "give the input size that the network was trained with");

    // The kernels hold shapes to limits of their own, such as 2^31 elements.
    private static Step Lower(NodeLowering node)
    {
        try
        {
            return node.Node.Operation.Lower(node);
        }
        catch (ArgumentException exception)
        {
            throw new InferenceException(InferenceCodes.ShapeMismatch, $"{node.Node.Operation} cannot be run: {exception.Message}", node.Node.Where, inner: exception);
        }
    }
}
