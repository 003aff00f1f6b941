using ModelRegistry.Diagnostics;

namespace ModelRegistry.History;

/// <summary>Follows parents.</summary>
internal static class LineageTree
{
    private const int MaxDepth = 100;

    public static LineageNode Build(ModelId id, Func<ModelId, Manifest> read, Func<ModelId, YankRecord?> yank)
    {
        // From the version to its oldest known ancestor, then back: a chain needs no recursion, and a cycle ends it.
        var chain = new List<(ModelId Id, Manifest? Manifest, string? Problem)>();
        var seen = new HashSet<ModelId>();
        for (var next = id; next is not null;)
        {
            if (!seen.Add(next))
            {
                chain.Add((next, null, "is its own ancestor"));
                break;
            }

            if (chain.Count == MaxDepth)
            {
                chain.Add((next, null, $"has more than {MaxDepth} descendants here"));
                break;
            }

            var (manifest, problem) = TryRead(next, read, isRoot: chain.Count == 0);
            chain.Add((next, manifest, problem));
            next = manifest?.Lineage?.Parent;
        }

        LineageNode? node = null;
        foreach (var (at, manifest, problem) in Enumerable.Reverse(chain))
            node = new LineageNode(at, manifest, problem, manifest is not null && yank(at) is not null, node);
        return node!;
    }

    private static (Manifest? Manifest, string? Problem) TryRead(ModelId id, Func<ModelId, Manifest> read, bool isRoot)
    {
        try
        {
            return (read(id), null);
        }
        catch (ModelRegistryException failure) when (!isRoot)
        {
            return (null, failure.Message);
        }
    }
}
