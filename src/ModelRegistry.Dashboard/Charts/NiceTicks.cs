using System.Globalization;
using ModelRegistry.Dashboard.Display;

namespace ModelRegistry.Dashboard.Charts;

/// <summary>Round numbers around a range of values.</summary>
internal sealed record NiceTicks(double First, double Last, IReadOnlyList<double> Values)
{
    /// <summary>A tick with as many decimals as every other has.</summary>
    public string Text(double tick)
    {
        var step = Values.Count > 1 ? Values[1] - Values[0] : 1;
        var decimals = Enumerable.Range(0, 7).FirstOrDefault(d => Math.Abs((step * Math.Pow(10, d)) - Math.Round(step * Math.Pow(10, d))) < 1e-6 * step * Math.Pow(10, d), -1);
        return decimals < 0 || Math.Abs(tick) >= 1e9 ? Figures.Number(tick) : tick.ToString("N" + decimals, CultureInfo.InvariantCulture).Replace('-', '−');
    }

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
