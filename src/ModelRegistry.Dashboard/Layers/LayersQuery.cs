using System.Globalization;
using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Layers;

/// <summary>Makes layers pages and the levels that they fetch.</summary>
public sealed class LayersQuery(VersionHeads heads, LayerReader layers)
{
    private const int ShownMatches = 100;

    public LayersView Run(ModelId id, LayersRequest request, CancellationToken cancellation)
    {
        var head = heads.Of(id, cancellation);
        var tree = layers.TryRead(head.Manifest, out var problem, cancellation);
        var found = tree is null || request.Query.Length == 0 ? null : Find(tree, request.Query).ToList();
        return new LayersView
        {
            Head = head,
            Request = request,
            Tree = tree,
            Problem = problem,
            Found = found?.Take(ShownMatches).ToList(),
            FoundCount = found?.Count ?? 0,
            Figures = tree is not null && request.Tensor is { } tensor ? layers.Measure(head.Manifest, tensor, cancellation) : null,
        };
    }

    /// <summary>The pages of a version's tree in an export.</summary>
    public IEnumerable<LayersView> Pages(ModelId id, CancellationToken cancellation)
    {
        var first = Run(id, new LayersRequest(), cancellation);
        if (first.Tree is null) return [first];
        var chunks = new LayerChunks(first.Tree);
        return chunks.All.Select(chunk => first with { Chunks = chunks, Chunk = chunk, Request = new LayersRequest { Open = chunk.Node.Path, From = chunk.From } });
    }

    /// <summary>One level, for the script that opens it.</summary>
    public LayerLevel Level(ModelId id, string path, CancellationToken cancellation)
    {
        var head = heads.Of(id, cancellation);
        var tree = layers.Read(head.Manifest, cancellation);
        var node = tree.Find(path) ?? throw DashboardCodes.PageNotFound.Error($"{id} has no module '{Shown.OneLine(path)}'", "open it from the tree");
        return new LayerLevel(id.Name.Value, id.Version.Value, node, tree.Root.Parameters, path.Count(c => c == '.') + 1, new LayersRequest { Open = path });
    }

    private static IEnumerable<LayerTensor> Find(LayerTree tree, string query)
    {
        IEnumerable<LayerTensor> found = tree.Tensors;
        foreach (var term in query.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(10))
        {
            if (term.StartsWith("shape:", StringComparison.OrdinalIgnoreCase) || IsShape(term))
            {
                var shape = term[(term.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim('[', ']').Split(['x', 'X', ',', '×'], StringSplitOptions.RemoveEmptyEntries);
                found = found.Where(t => t.Dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture)).SequenceEqual(shape));
            }
            else if (term.StartsWith("dtype:", StringComparison.OrdinalIgnoreCase))
            {
                found = found.Where(t => t.DType.Equals(term[6..], StringComparison.OrdinalIgnoreCase));
            }
            else if (term[0] is '>' or '<' && Amount(term[1..]) is { } amount)
            {
                found = term[0] == '>' ? found.Where(t => t.Elements > amount) : found.Where(t => t.Elements < amount);
            }
            else
            {
                found = found.Where(t => t.Name.Contains(term, StringComparison.OrdinalIgnoreCase));
            }
        }

        return found;
    }

    private static bool IsShape(string term) => term.Contains('x', StringComparison.OrdinalIgnoreCase) && term.All(c => char.IsAsciiDigit(c) || c is 'x' or 'X') && char.IsAsciiDigit(term[0]) && char.IsAsciiDigit(term[^1]);

    private static double? Amount(string text)
    {
        if (text.Length == 0) return null;
        var factor = char.ToLowerInvariant(text[^1]) switch { 'k' => 1e3, 'm' => 1e6, 'g' or 'b' => 1e9, _ => 1 };
        return double.TryParse(factor > 1 ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number * factor : null;
    }
}
