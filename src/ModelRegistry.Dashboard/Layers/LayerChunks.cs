using System.Globalization;

namespace ModelRegistry.Dashboard.Layers;

/// <summary>
/// Cuts a tree into the pages of an export, where no level can be fetched: what is small is written out where it stands, what is large has a
/// page of its own, and a level that is long goes on on the next page.
/// </summary>
public sealed class LayerChunks
{
    /// <summary>Tensors of a module that is written out whole.</summary>
    private const int Whole = 400;

    /// <summary>Tensors of a module that is written out within a level that is not whole itself.</summary>
    private const int Inline = 10;

    private readonly Dictionary<(string Path, int From), LayerChunk> _pages = [];
    private readonly List<LayerChunk> _all = [];

    public LayerChunks(LayerTree tree)
    {
        Add(tree.Root);
    }

    /// <summary>Every page; the first is the root's.</summary>
    public IReadOnlyList<LayerChunk> All => _all;

    /// <summary>The page of a level from one of its rows on; null where it is written out where it stands.</summary>
    public LayerChunk? Find(LayerNode node, int from = 0) => _pages.GetValueOrDefault((node.Path, from));

    private void Add(LayerNode node)
    {
        var runs = LayerRuns.Of(node.Children).ToList();
        var rows = runs.Count + node.Tensors.Count;
        var isWhole = node.TensorCount <= Whole;
        for (var from = 0; from == 0 || (!isWhole && from < rows); from += LayersView.RowsALevel)
        {
            // Named by number: what a tensor is called is no name for a file.
            var name = _all.Count == 0 ? "" : _all.Count.ToString(CultureInfo.InvariantCulture);
            var chunk = new LayerChunk(node, from, name, isWhole);
            _all.Add(chunk);
            _pages[(node.Path, from)] = chunk;
        }

        if (isWhole) return;
        foreach (var child in runs.Select(r => r[0]).Where(c => c.TensorCount > Inline)) Add(child);
    }
}

/// <summary>A page of a tree.</summary>
/// <param name="Node">The module whose level it shows.</param>
/// <param name="From">The first row.</param>
/// <param name="Name">The page's name below the version's layers; empty for the first.</param>
/// <param name="IsWhole">Whether everything below it is on the page.</param>
public sealed record LayerChunk(LayerNode Node, int From, string Name, bool IsWhole);
