using ModelRegistry.Diagnostics;

namespace ModelRegistry.Selectors;

internal sealed record LatestSelector(string Written) : Selector(Written)
{
    public override bool IsExact => false;
}

internal sealed record ExactSelector(string Written, ModelVersion Version) : Selector(Written)
{
    public override bool IsExact => true;
}

internal sealed record AliasSelector(string Written, string Alias) : Selector(Written)
{
    public override bool IsExact => false;
}

internal sealed record DigestSelector(string Written, Digest Digest) : Selector(Written)
{
    public override bool IsExact => true;
}

internal sealed record BestSelector(string Written, string? Metric, MetricDirection? Direction) : Selector(Written)
{
    public override bool IsExact => false;

    public static BestSelector? TryRead(string text)
    {
        try
        {
            var goal = MetricGoal.Parse(text["best:".Length..]);
            return new BestSelector(text, goal.Name, goal.Direction);
        }
        catch (ModelRegistryException)
        {
            return null;
        }
    }
}
