using ModelRegistry.Inference.Graphs;

namespace ModelRegistry.Inference.Architectures.Expansion;

/// <summary>A value that reaches no output is a mistake in the file: a forgotten connection.</summary>
internal static class UnusedNodes
{
    internal static void Refuse(Graph graph)
    {
        var used = new bool[graph.ValueCount];
        foreach (var output in graph.Outputs)
            used[output.Value] = true;
        for (var i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            if (!used[graph.Inputs.Count + i])
                continue;
            foreach (var input in graph.Nodes[i].Inputs)
                used[input] = true;
        }

        var unused = Array.IndexOf(used, false);
        if (unused < 0)
            return;
        var where = unused < graph.Inputs.Count ? $"input '{graph.Inputs[unused].Name}'" : graph.Nodes[unused - graph.Inputs.Count].Where;
        throw new InferenceException(InferenceCodes.NodeUnused, "the result reaches no output", where, "connect it, or leave it out");
    }
}
