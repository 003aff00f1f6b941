using System.Globalization;
using System.Text;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Charts;

/// <summary>A metric over the versions of a family, as lines, ticks and points that are ready to be drawn.</summary>
public sealed record MetricChart
{
    /// <summary>Above this many versions the least and the greatest of each bucket are drawn; on a phone there is no room for half as many links.</summary>
    private const int MostPoints = 200, MostPointsOfPhones = 60;

    public required double Width { get; init; }

    public required double Height { get; init; }

    public required string Class { get; init; }

    /// <summary>The sentence that a screen reader says.</summary>
    public required string Summary { get; init; }

    public required IReadOnlyList<(double Y, string Label)> Ticks { get; init; }

    public required IReadOnlyList<(double X, string Label)> Versions { get; init; }

    public required string Line { get; init; }

    public required string Area { get; init; }

    public required IReadOnlyList<ChartPoint> Points { get; init; }

    public double Left => Class == "slim" ? 40 : 46;

    public double Bottom => Height - 34;

    /// <summary>Draws the chart; null where fewer than two versions have the metric.</summary>
    /// <param name="family">The family.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="links">Makes the addresses of the points.</param>
    /// <param name="slim">The drawing for phones.</param>
    public static MetricChart? Of(FamilyFacts family, string metric, Links links, bool slim)
    {
        var values = family.ByTime.Select(v => v.Manifest.Metrics.TryGetValue(metric, out var value) ? value : double.NaN).ToArray();
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count < 2) return null;
        var (width, height) = slim ? (340.0, 240.0) : (860.0, 240.0);
        var ticks = NiceTicks.Around(finite.Min(), finite.Max(), slim ? 4 : 5);
        var (left, right, top, bottom) = (slim ? 56.0 : 70.0, width - 40, 34.0, height - 34);
        double X(int i) => values.Length == 1 ? (left + right) / 2 : left + ((right - left) * i / (values.Length - 1));
        double Y(double value) => bottom - ((bottom - top) * (value - ticks.First) / (ticks.Last - ticks.First));
        var best = family.BestBy(metric);
        var limit = slim ? MostPointsOfPhones : MostPoints;
        var (line, area) = Lines(family, values, limit, X, Y, bottom);
        return new MetricChart
        {
            Width = width,
            Height = height,
            Class = slim ? "slim" : "full",
            Summary = Sentence(family, metric, values, best),
            Ticks = [.. ticks.Values.Select(t => (Y(t), ticks.Text(t)))],
            Versions = VersionLabels(family, X, slim ? 3 : 9),
            Line = line,
            Area = area,
            Points = Place(family, metric, values, values.Length <= limit, X, Y, links, best, (slim ? 44 : 50, width - 4, top, bottom)),
        };
    }

    // The line goes through what counts: not through yanked versions, and it breaks where a version has no value.
    private static (string Line, string Area) Lines(FamilyFacts family, double[] values, int limit, Func<int, double> x, Func<double, double> y, double bottom)
    {
        var line = new StringBuilder();
        var area = new StringBuilder();
        var segment = new List<(double X, double Y)>();
        void End()
        {
            if (segment.Count > 1)
            {
                for (var i = 0; i < segment.Count; i++) line.Append(i == 0 ? 'M' : 'L').Append(Figures.Coordinate(segment[i].X)).Append(' ').Append(Figures.Coordinate(segment[i].Y));
                for (var i = 0; i < segment.Count; i++) area.Append(i == 0 ? 'M' : 'L').Append(Figures.Coordinate(segment[i].X)).Append(' ').Append(Figures.Coordinate(segment[i].Y));
                area.Append('L').Append(Figures.Coordinate(segment[^1].X)).Append(' ').Append(Figures.Coordinate(bottom)).Append('L').Append(Figures.Coordinate(segment[0].X)).Append(' ').Append(Figures.Coordinate(bottom)).Append('Z');
            }

            segment.Clear();
        }

        var bucket = values.Length <= limit ? 1 : (int)Math.Ceiling(values.Length / (limit / 2.0));
        for (var start = 0; start < values.Length; start += bucket)
        {
            var least = -1;
            var most = -1;
            for (var i = start; i < Math.Min(values.Length, start + bucket); i++)
            {
                if (family.ByTime[i].Yank is not null) continue;
                if (!double.IsFinite(values[i]))
                {
                    if (bucket == 1) End();
                    continue;
                }

                if (least < 0 || values[i] < values[least]) least = i;
                if (most < 0 || values[i] > values[most]) most = i;
            }

            if (least < 0) continue;
            var (first, second) = least < most ? (least, most) : (most, least);
            segment.Add((x(first), y(values[first])));
            if (second != first) segment.Add((x(second), y(values[second])));
        }

        End();
        return (line.ToString(), area.ToString());
    }

    private static List<ChartPoint> Place(FamilyFacts family, string metric, double[] values, bool all, Func<int, double> x, Func<double, double> y, Links links, IndexedVersion? best, (double Left, double Right, double Top, double Bottom) room)
    {
        var points = new List<ChartPoint>();
        double? Line(int from, int step)
        {
            for (var i = from + step; i >= 0 && i < values.Length; i += step)
            {
                if (family.ByTime[i].Yank is null) return double.IsFinite(values[i]) ? y(values[i]) : null;
            }

            return null;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i])) continue;
            var version = family.ByTime[i];
            var isBest = ReferenceEquals(version, best);
            var isLatest = ReferenceEquals(version, family.Latest);
            var aliases = family.Aliases.Where(a => a.Record.Version == version.Manifest.Version).Select(a => a.Name).ToList();
            if (!all && !isBest && !isLatest && aliases.Count == 0) continue;
            var number = version.Manifest.Version.Value;
            var (px, py) = (x(i), y(values[i]));
            var labels = new List<ChartLabel>();
            if (isBest) labels.Add(new ChartLabel($"best {Figures.Number(values[i])}", "b"));
            if (isLatest) labels.Add(new ChartLabel("latest", ""));
            labels.AddRange(aliases.Take(2).Select(a => new ChartLabel(a.Length > 16 ? a[..15] + "…" : a, "p")));
            points.Add(new ChartPoint
            {
                X = px,
                Y = py,
                Address = links.Version(family.Name, number),
                Title = string.Create(CultureInfo.InvariantCulture, $"{number}, {metric} {Figures.Number(values[i])}, {Figures.Date(version.Manifest.CreatedAt)}{(version.Yank is not null ? ", yanked" : "")}{(isBest ? ", best" : "")}{(isLatest ? ", latest" : "")}{string.Concat(aliases.Select(a => ", " + a))}"),
                Kind = version.Yank is not null ? PointKind.Yanked : isBest ? PointKind.Best : version.Manifest.Version.IsPrerelease ? PointKind.Prerelease : PointKind.Usual,
                Labels = ChartLabels.Place(labels, (px, py), (Line(i, -1), Line(i, 1)), isBest, room),
            });
        }

        return points;
    }

    private static List<(double, string)> VersionLabels(FamilyFacts family, Func<int, double> x, int most)
    {
        var count = family.ByTime.Count;
        var step = Math.Max(1, (int)Math.Ceiling((count - 1) / (double)(most - 1)));
        var labels = new List<(double, string)>();
        for (var i = count - 1; i >= 0; i -= step) labels.Add((x(i), family.ByTime[i].Manifest.Version.Value is { Length: > 12 } l ? l[..11] + "…" : family.ByTime[i].Manifest.Version.Value));
        labels.Reverse();
        return labels;
    }

    private static string Sentence(FamilyFacts family, string metric, double[] values, IndexedVersion? best)
    {
        var first = Array.FindIndex(values, double.IsFinite);
        var text = $"{metric} of {Figures.Count(values.Count(double.IsFinite), "version")}, {(family.Direction(metric) == MetricDirection.Max ? "higher" : "lower")} is better: from {Figures.Number(values[first])} in {family.ByTime[first].Manifest.Version}";
        if (best is not null) text += $" to {Figures.Number(best.Manifest.Metrics[metric])} in {best.Manifest.Version}, the best";
        if (family.Latest is { } latest && !ReferenceEquals(latest, best) && latest.Manifest.Metrics.TryGetValue(metric, out var now)) text += $"; {Figures.Number(now)} in {latest.Manifest.Version}, the latest";
        return text;
    }
}

public enum PointKind
{
    Usual, Best, Prerelease, Yanked,
}

/// <summary>One version in a chart.</summary>
public sealed record ChartPoint
{
    public required double X { get; init; }

    public required double Y { get; init; }

    public required string Address { get; init; }

    public required string Title { get; init; }

    public required PointKind Kind { get; init; }

    public required IReadOnlyList<ChartLabel> Labels { get; init; }
}
