using ModelRegistry.Inference.Architectures.Document;

namespace ModelRegistry.Inference.Architectures.Expansion;

/// <summary>Explains a reference to a node further down: it is either out of order or part of a cycle.</summary>
internal sealed class ReferenceCycle
{
    private ReferenceCycle(IReadOnlyList<string>? cycle) => Cycle = cycle;

    /// <summary>The names along the cycle, the first repeated at the end; null when the order alone is wrong.</summary>
    internal IReadOnlyList<string>? Cycle { get; }

    /// <summary>Null where no node bears the name at all.</summary>
    internal static ReferenceCycle? Find(IReadOnlyList<NodeTemplate> nodes, NodeTemplate user, string reference)
    {
        var all = Flatten(nodes).ToList();
        var from = all.FindIndex(node => ReferenceEquals(node, user));
        var to = all.FindIndex(node => node.Id == reference);
        if (to < 0 || from < 0)
            return null;
        var path = PathTo(all, to, from);
        return new ReferenceCycle(path is null ? null : [Label(all, from), .. path.Select(step => Label(all, step))]);
    }

    // Breadth first, over the names as written and the implicit step to the node above.
    private static List<int>? PathTo(List<NodeTemplate> all, int start, int goal)
    {
        var cameFrom = new Dictionary<int, int> { [start] = -1 };
        var queue = new Queue<int>([start]);
        while (queue.TryDequeue(out var current))
        {
            if (current == goal)
            {
                var path = new List<int>();
                for (var step = current; step >= 0; step = cameFrom[step])
                    path.Insert(0, step);
                return path;
            }

            foreach (var next in Sources(all, current))
            {
                if (cameFrom.TryAdd(next, current))
                    queue.Enqueue(next);
            }
        }

        return null;
    }

    private static IEnumerable<int> Sources(List<NodeTemplate> all, int index) => all[index].Inputs is { } inputs
        ? inputs.Select(input => all.FindIndex(node => node.Id == input)).Where(found => found >= 0)
        : index > 0 ? [index - 1] : [];

    private static string Label(List<NodeTemplate> all, int index) => DisplayText.Escape(all[index].Id ?? all[index].Path);

    private static IEnumerable<NodeTemplate> Flatten(IEnumerable<NodeTemplate> nodes) =>
        nodes.SelectMany(node => node is GroupTemplate group ? [.. Flatten(group.Nodes), node] : new[] { node });
}
