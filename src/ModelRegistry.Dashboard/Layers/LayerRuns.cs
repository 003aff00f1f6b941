namespace ModelRegistry.Dashboard.Layers;

/// <summary>Finds runs of equal blocks, so that they become one row.</summary>
internal static class LayerRuns
{
    /// <summary>Neighbours of the same pattern whose names are numbers, together; everything else by itself.</summary>
    public static IEnumerable<IReadOnlyList<LayerNode>> Of(IReadOnlyList<LayerNode> children)
    {
        for (var i = 0; i < children.Count;)
        {
            var run = 1;
            if (IsNumber(children[i].Name) && children[i].Children.Count > 0)
            {
                while (i + run < children.Count && IsNumber(children[i + run].Name) && children[i + run].Pattern == children[i].Pattern) run++;
            }

            yield return [.. children.Skip(i).Take(run)];
            i += run;
        }
    }

    private static bool IsNumber(string name) => name.Length > 0 && name.All(char.IsAsciiDigit);
}
