using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Graphs;

/// <summary>Holds given inputs against declared ones.</summary>
internal static class InputCheck
{
    /// <exception cref="InferenceException">MR0616.</exception>
    internal static void Refuse(Graph graph, IReadOnlyList<long[]> shapes)
    {
        if (shapes.Count != graph.Inputs.Count)
            throw new InferenceException(InferenceCodes.InputMismatch, $"'{graph.Architecture}' takes {graph.Inputs.Count} input(s), not {shapes.Count}");
        for (var i = 0; i < shapes.Count; i++)
        {
            var declared = graph.Inputs[i];
            if (shapes[i].Any(size => size < 1) || !Dimension.Compatible(shapes[i], declared.Shape))
            {
                throw new InferenceException(
                    InferenceCodes.InputMismatch,
                    $"input '{declared.Name}' has the shape {Dimension.Show(shapes[i])}, expected {Dimension.Show(declared.Shape)}",
                    hint: "'?' stands for any size");
            }
        }
    }

    /// <exception cref="InferenceException">MR0616: an input of whole numbers holds another.</exception>
    internal static void RefuseFractions(Graph graph, IReadOnlyList<TensorValue> inputs)
    {
        for (var i = 0; i < Math.Min(inputs.Count, graph.Inputs.Count); i++)
        {
            if (!graph.Inputs[i].IsInteger)
                continue;
            foreach (var value in inputs[i].Values.Span)
            {
                if (value != MathF.Truncate(value) || !float.IsFinite(value))
                    throw new InferenceException(InferenceCodes.InputMismatch, $"input '{graph.Inputs[i].Name}' holds {value}, and takes whole numbers", hint: "give tokens or indices");
            }
        }
    }
}
