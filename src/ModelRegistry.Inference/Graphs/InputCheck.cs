using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Graphs;

/// <summary>Holds given inputs against declared ones.</summary>
internal static class InputCheck
{
    /// <exception cref="InferenceException">MR0616.</exception>
    internal static void Refuse(Graph graph, IReadOnlyList<long[]> shapes)
    {
        if (shapes.Count != graph.Inputs.Count)
            throw new InferenceException(Codes.InputMismatch, $"'{graph.Architecture}' takes {graph.Inputs.Count} input(s), not {shapes.Count}");
        for (var i = 0; i < shapes.Count; i++)
        {
            var declared = graph.Inputs[i];
            if (shapes[i].Any(size => size < 1) || !Dimension.Compatible(shapes[i], declared.Shape))
            {
                throw new InferenceException(
                    Codes.InputMismatch,
                    $"input '{declared.Name}' has the shape {Dimension.Show(shapes[i])}, expected {Dimension.Show(declared.Shape)}",
                    hint: "'?' stands for any size");
            }
        }
    }
}
