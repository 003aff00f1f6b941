using ModelRegistry.Inference.Architectures.Document;
using ModelRegistry.Inference.Architectures.Expansion;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Operations;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Architectures.Binding;

/// <summary>
/// Unrolls an architecture for a state dict and holds every key and shape against it: as the file has them, then without
/// what wrappers put before every key, one part at a time. What fits strictly is taken; nothing is left out.
/// </summary>
internal static class NetworkBinder
{
    /// <exception cref="StateDictException">A key is missing, unexpected or misshapen; all of the nearest attempt are named.</exception>
    /// <exception cref="InferenceException">The architecture is not one, or its rules cannot be applied.</exception>
    internal static BoundNetwork Bind(ArchitectureDocument document, IWeightSource weights)
    {
        StateDictException? nearest = null;
        foreach (var prefix in WrapperPrefix.Candidates(weights.Keys))
        {
            var names = new Renaming(document.Renames);
            try
            {
                var seen = prefix.Length == 0 && document.Renames.Count == 0
                    ? weights
                    : new RenamedWeights(weights, key => names.Apply(key[prefix.Length..]));
                var (graph, shapes) = BindStrictly(document, seen);
                return new BoundNetwork(graph, seen, shapes, [.. WrapperPrefix.Notes(prefix), .. names.Notes]);
            }
            catch (StateDictException exception) when (nearest is null || exception.Difference.Distance < nearest.Difference.Distance)
            {
                nearest = exception;
            }
            catch (Exception exception) when (nearest is not null && exception is InferenceException)
            {
                // The file as it is tells more than what became of it.
            }
        }

        throw nearest!;
    }

    private static (Graph Graph, long[][] Shapes) BindStrictly(ArchitectureDocument document, IWeightSource weights)
    {
        var requirements = new TensorRequirements(weights);
        Graph graph;
        try
        {
            graph = GraphBuilder.Build(document, weights, requirements);
        }
        catch (InferenceException) when (requirements.HasDifference)
        {
            // What failed follows from the tensors that are not there.
            throw new StateDictException(document.Name, requirements.PartialDifference());
        }

        var (shapes, misfit) = ShapeInference.Infer(graph, [.. graph.Inputs.Select(input => input.Shape)], requirements);
        var difference = requirements.Difference();
        if (!difference.IsEmpty)
            throw new StateDictException(document.Name, difference);
        return misfit is null ? (graph, shapes) : throw misfit;
    }
}
