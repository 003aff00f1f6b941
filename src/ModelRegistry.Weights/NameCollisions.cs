namespace ModelRegistry.Weights;

/// <summary>Dotted names can collide: <c>{"a": {"b": …}, "a.b": …}</c>.</summary>
internal static class NameCollisions
{
    private const int MaxShown = 100;

    internal static IEnumerable<WeightsFinding> Find(IReadOnlyList<Tensor> tensors)
    {
        var seen = new HashSet<string>(tensors.Count, StringComparer.Ordinal);
        return tensors.Where(t => !seen.Add(t.Name)).Take(MaxShown).ToList()
            .ConvertAll(t => new WeightsFinding(WeightsCodes.NameCollision, $"two tensors share the name {Display.Quote(t.Name)}: tell them apart by key path", ""));
    }
}
