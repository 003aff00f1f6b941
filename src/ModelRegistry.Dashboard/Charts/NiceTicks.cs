namespace ModelRegistry.Dashboard.Charts;

/// <summary>Round numbers around a range of values.</summary>
internal sealed record NiceTicks(double First, double Last, IReadOnlyList<double> Values)
{
    public static NiceTicks Around(double least, double most, int wanted)
    {
        if (most <= least)
        {
            var margin = least == 0 ? 1 : Math.Abs(least) * 0.1;
            (least, most) = (least - margin, most + margin);
        }

        var rough = (most - least) / wanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 2.5 => 2.5, <= 5 => 5, _ => 10 };
        var first = Math.Floor(least / step) * step;
        var count = (int)Math.Clamp(Math.Ceiling(((most - first) / step) - 1e-9), 1, 12);
        return new NiceTicks(first, first + (count * step), [.. Enumerable.Range(0, count + 1).Select(i => first + (i * step))]);
    }
}
