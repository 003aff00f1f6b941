using ModelRegistry.Dashboard.Linking;

namespace ModelRegistry.Dashboard.Lineages;

/// <summary>Boxes and arrows from left to right: data set and source commit, ancestors, the version, its children.</summary>
public sealed record LineageGraph(double Width, double Height, IReadOnlyList<GraphBox> Boxes, IReadOnlyList<GraphArrow> Arrows)
{
    private const double BoxWidth = 170, BoxHeight = 46, GapX = 46, GapY = 16;
    private const int MostAncestors = 3, MostChildren = 6;

    public static LineageGraph Of(IReadOnlyList<LineageStep> chain, IReadOnlyList<ModelId> children, string family, Links links)
    {
        var self = chain[0];
        var sources = new List<(string Kind, string Text, string? Address)>();
        if (self.Facts?.Dataset is { } dataset) sources.Add(("data set", dataset.Version is null ? dataset.Name : $"{dataset.Name} {dataset.Version}", null));
        if (self.Facts?.Commit is { } commit) sources.Add(("source commit", commit.Length > 10 ? commit[..10] : commit, null));
        var ancestors = chain.Skip(1).Take(MostAncestors).Reverse().ToList();
        var kids = children.Take(MostChildren).ToList();
        var rows = Math.Max(1, Math.Max(kids.Count, sources.Count + (ancestors.Count > 0 ? 1 : 0)));
        var height = (rows * (BoxHeight + GapY)) + GapY;
        var boxes = new List<GraphBox>();
        var arrows = new List<GraphArrow>();
        var column = 0;
        double X(int c) => 1 + (c * (BoxWidth + GapX));
        double Y(int row, int of) => (height / 2) - (((of * (BoxHeight + GapY)) - GapY) / 2) + (row * (BoxHeight + GapY));
        var before = new List<GraphBox>();
        foreach (var step in ancestors)
        {
            var box = new GraphBox(X(column), Y(0, sources.Count + 1), "parent", Text(step.Id, family), step.IsKnown ? links.Version(step.Id.Name.Value, step.Id.Version.Value) : null, "");
            if (before.Count > 0) arrows.Add(Between(before[^1], box));
            before.Add(box);
            boxes.Add(box);
            column++;
        }

        var feeding = before.Count > 0 ? [before[^1]] : new List<GraphBox>();
        var sourceColumn = Math.Max(0, column - 1);
        for (var i = 0; i < sources.Count; i++)
        {
            var box = new GraphBox(X(sourceColumn), Y(i + (before.Count > 0 ? 1 : 0), sources.Count + (before.Count > 0 ? 1 : 0)), sources[i].Kind, sources[i].Text, sources[i].Address, "source");
            boxes.Add(box);
            feeding.Add(box);
        }

        column = feeding.Count > 0 ? sourceColumn + 1 : 0;
        var here = new GraphBox(X(column), Y(0, 1), "this version", Text(self.Id, family), null, "here");
        boxes.Add(here);
        arrows.AddRange(feeding.Select(box => Between(box, here)));
        for (var i = 0; i < kids.Count; i++)
        {
            var box = new GraphBox(X(column + 1), Y(i, kids.Count), "trained from it", Text(kids[i], family), links.Version(kids[i].Name.Value, kids[i].Version.Value), "");
            boxes.Add(box);
            arrows.Add(Between(here, box));
        }

        return new LineageGraph(boxes.Max(b => b.X) + BoxWidth + 1, height, boxes, arrows);
    }

    private static string Text(ModelId id, string family) => id.Name.Value == family ? id.Version.Value : id.ToString();

    private static GraphArrow Between(GraphBox from, GraphBox to) => new(from.X + BoxWidth, from.Y + (BoxHeight / 2), to.X, to.Y + (BoxHeight / 2));
}

public sealed record GraphBox(double X, double Y, string Kind, string Text, string? Address, string Class);

public sealed record GraphArrow(double X1, double Y1, double X2, double Y2);
