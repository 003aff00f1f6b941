using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Lineages;

/// <summary>Follows parents and children.</summary>
public sealed class LineageQuery(Registry registry, VersionHeads heads)
{
    private const int ShownChildren = 50;

    public LineageView Run(ModelId id, AllFamilies all, Links links, CancellationToken cancellation)
    {
        var head = heads.Of(id, cancellation);
        var chain = new List<LineageStep>();
        for (var node = registry.GetLineage(id); node is not null; node = node.Parent)
            chain.Add(new LineageStep(node.Id, node.Manifest is not null, node.Yanked, node.Problem, node.Manifest?.Lineage, node.Manifest?.CreatedAt));
        var children = all.ChildrenOf(id);
        return new LineageView
        {
            Head = head,
            Ancestors = chain,
            Children = [.. children.Take(ShownChildren)],
            MoreChildren = Math.Max(0, children.Count - ShownChildren),
            Graph = LineageGraph.Of(chain, children, id.Name.Value, links),
        };
    }
}
