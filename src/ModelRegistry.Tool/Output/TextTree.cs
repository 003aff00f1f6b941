namespace ModelRegistry.Tool.Output;

/// <summary>A tree of labels, drawn with guides.</summary>
internal sealed class TextTree(Cell label)
{
    private readonly List<TextTree> _children = [];

    /// <summary>Adds a branch and returns it.</summary>
    public TextTree Add(Cell child)
    {
        var node = new TextTree(child);
        _children.Add(node);
        return node;
    }

    /// <summary>The lines from the top. Not by recursion: an ancestry may be longer than a stack is deep.</summary>
    public IEnumerable<List<Cell>> Lines()
    {
        yield return [label];
        var waiting = new Stack<(TextTree Node, string Before, bool IsLast)>();
        Push(this, "");
        while (waiting.TryPop(out var next))
        {
            yield return [new Cell(next.Before + (next.IsLast ? "└── " : "├── "), Style.Faint), next.Node.Label];
            Push(next.Node, next.Before + (next.IsLast ? "    " : "│   "));
        }

        void Push(TextTree node, string before)
        {
            for (var i = node._children.Count - 1; i >= 0; i--) waiting.Push((node._children[i], before, i == node._children.Count - 1));
        }
    }

    private Cell Label => label;
}
