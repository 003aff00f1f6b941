using System.Text;
using ModelRegistry.Dashboard.Display;

namespace ModelRegistry.Dashboard.Models;

/// <summary>A metric over the last versions, 84 by 30.</summary>
/// <param name="Path">The line; empty for fewer than two points.</param>
/// <param name="Points">How many versions it shows.</param>
/// <param name="Last">The last point.</param>
/// <param name="Best">The best point.</param>
public sealed record SparkLine(string Path, int Points, (double X, double Y) Last, (double X, double Y) Best)
{
    private const double Left = 3, Right = 81, Top = 4, Bottom = 26;

    public static SparkLine None { get; } = new("", 0, default, default);

    /// <summary>The line closed to the bottom.</summary>
    public string Area => Path.Length == 0 ? "" : $"{Path} L{Figures.Coordinate(Right)} 30 L{Figures.Coordinate(Left)} 30Z";

    public static SparkLine Of(IReadOnlyList<double> values, MetricDirection direction)
    {
        if (values.Count == 0) return None;
        var (least, most) = (values.Min(), values.Max());
        (double X, double Y) At(int i) => (
            values.Count == 1 ? Right : Left + ((Right - Left) * i / (values.Count - 1)),
            most > least ? Bottom - ((Bottom - Top) * (values[i] - least) / (most - least)) : (Top + Bottom) / 2);
        var best = 0;
        var path = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (i == 0 || direction.IsBetter(values[i], values[best])) best = i;
            var (x, y) = At(i);
            path.Append(i == 0 ? 'M' : 'L').Append(Figures.Coordinate(x)).Append(' ').Append(Figures.Coordinate(y)).Append(' ');
        }

        return new SparkLine(values.Count < 2 ? "" : path.ToString().TrimEnd(), values.Count, At(values.Count - 1), At(best));
    }
}
