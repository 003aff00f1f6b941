using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Weights;

/// <summary>The modules of a network in file order, parents before children, without the root.</summary>
internal static class ModuleOrder
{
    public static IEnumerable<ModuleNode> Of(ModuleNode root)
    {
        var waiting = new Stack<ModuleNode>(root.Children.Reverse());
        while (waiting.TryPop(out var node))
        {
            yield return node;
            foreach (var child in node.Children.Reverse()) waiting.Push(child);
        }
    }
}
