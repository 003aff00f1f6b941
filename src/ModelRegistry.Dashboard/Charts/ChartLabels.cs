namespace ModelRegistry.Dashboard.Charts;

/// <summary>A word beside a point.</summary>
public sealed record ChartLabel(string Text, string Kind, double X = 0, double Y = 0, string Anchor = "middle");

/// <summary>Finds a place for the words of a point where no line goes through them.</summary>
internal static class ChartLabels
{
    private const double LetterWidth = 6.3, LineHeight = 13;

    /// <param name="labels">The words, one below the other.</param>
    /// <param name="point">Where the point is.</param>
    /// <param name="line">How high the line is at the points before and after; null where there is none.</param>
    /// <param name="preferAbove">Whether over the point is tried first.</param>
    /// <param name="room">The drawing.</param>
    public static IReadOnlyList<ChartLabel> Place(List<ChartLabel> labels, (double X, double Y) point, (double? Before, double? After) line, bool preferAbove, (double Left, double Right, double Top, double Bottom) room)
    {
        if (labels.Count == 0) return labels;
        var width = labels.Max(l => l.Text.Length) * LetterWidth;
        var (over, under) = (Side(true), Side(false));
        var above = over.Cost == under.Cost ? preferAbove : over.Cost < under.Cost;
        var (_, x, anchor) = above ? over : under;
        var first = above ? point.Y - 12 - ((labels.Count - 1) * LineHeight) : point.Y + 20;
        return [.. labels.Select((l, i) => l with { X = x, Y = first + (i * LineHeight), Anchor = anchor })];

        (int Cost, double X, string Anchor) Side(bool up)
        {
            bool Crosses(double? y) => y is { } at && (up ? at < point.Y - 4 : at > point.Y + 4);
            var (left, right) = (Crosses(line.Before), Crosses(line.After));
            var fits = up ? point.Y - 12 - (labels.Count * LineHeight) > room.Top - 34 : point.Y + 20 + ((labels.Count - 1) * LineHeight) < room.Bottom;
            var cost = fits ? 0 : 4;
            if (left && right) cost += 2;
            if (right && !left && point.X + 4 - width > room.Left) return (cost, point.X + 4, "end");
            if (left && !right && point.X - 4 + width < room.Right) return (cost, point.X - 4, "start");
            if (left != right) cost += 1;
            return (cost, Math.Max(room.Left + (width / 2), Math.Min(room.Right - (width / 2), point.X)), "middle");
        }
    }
}
