using System.Globalization;

namespace ModelRegistry.Dashboard.Display;

/// <summary>Figures as people read them.</summary>
public static class Figures
{
    private static readonly string[] Units = ["kB", "MB", "GB", "TB", "PB"];

    /// <summary><c>20 B</c>, <c>1.63 MB</c>: three digits, powers of 1,000.</summary>
    public static string Bytes(long bytes)
    {
        if (bytes < 1000) return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        double value = bytes;
        var unit = -1;
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return $"{value.ToString(value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>A limit as it was set: in whole binary units where it is one.</summary>
    public static string Limit(long bytes)
    {
        foreach (var (shift, unit) in new[] { (30, "GiB"), (20, "MiB"), (10, "KiB") })
        {
            if (bytes >= 1L << shift && bytes % (1L << shift) == 0) return string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift} {unit}");
        }

        return Bytes(bytes);
    }

    /// <summary>A whole number in groups of three.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 version</c>, <c>7 versions</c>.</summary>
    public static string Count(long value, string one, string? many = null) => $"{Count(value)} {(value == 1 ? one : many ?? one + "s")}";

    /// <summary>A metric's value: at most five significant digits, never in exponents where it can be avoided.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "∞" : "−∞";
        var size = Math.Abs(value);
        if (size is >= 1e9 or (> 0 and < 1e-5)) return Minus(value.ToString("0.###e+0", CultureInfo.InvariantCulture));
        if (size >= 1000) return Minus(value.ToString("#,##0.##", CultureInfo.InvariantCulture));
        var digits = size == 0 ? 0 : Math.Clamp(4 - (int)Math.Ceiling(Math.Log10(size)), 0, 9);
        return Minus(Math.Round(value, digits).ToString("0.#########", CultureInfo.InvariantCulture));
    }

    /// <summary>A change with its sign: <c>+0.026</c>.</summary>
    public static string Change(double delta) => delta switch
    {
        double.NaN => "",
        0 => "±0",
        > 0 => "+" + Number(delta),
        _ => Number(delta),
    };

    public static string Percent(double share) => share switch
    {
        double.NaN => "NaN",
        >= 0.9999 and < 1 => "> 99.99 %",
        > 0 and < 0.0001 => "< 0.01 %",
        _ => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %",
    };

    public static string Milliseconds(double ms) => ms switch
    {
        >= 10_000 => (ms / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " s",
        >= 1000 => (ms / 1000).ToString("0.00", CultureInfo.InvariantCulture) + " s",
        >= 100 => ms.ToString("0", CultureInfo.InvariantCulture) + " ms",
        _ => ms.ToString("0.0", CultureInfo.InvariantCulture) + " ms",
    };

    /// <summary><c>19 Nov 2026</c>.</summary>
    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>19 Nov 2026, 00:53 UTC</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>How long ago: <c>2 days ago</c>; a date from four weeks on.</summary>
    public static string Age(DateTimeOffset time, DateTimeOffset now)
    {
        var age = now - time;
        if (age < TimeSpan.Zero) return Date(time);
        if (age.TotalSeconds < 90) return "just now";
        if (age.TotalMinutes < 60) return Count((long)age.TotalMinutes, "minute") + " ago";
        if (age.TotalHours < 24) return Count((long)age.TotalHours, "hour") + " ago";
        if (age.TotalDays < 2) return "yesterday";
        return age.TotalDays < 28 ? Count((long)age.TotalDays, "day") + " ago" : Date(time);
    }

    /// <summary>A person without the mail address.</summary>
    public static string Person(string? person)
    {
        if (person is null) return "unknown";
        var mail = person.IndexOf('<', StringComparison.Ordinal);
        return Shown.OneLine(mail > 0 ? person[..mail].Trim() : person);
    }

    /// <summary>The first seven digits of a commit.</summary>
    public static string Commit(string commit) => commit.Length > 7 ? commit[..7] : commit;

    public static string Shape(IEnumerable<long> shape) => "[" + string.Join(", ", shape.Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <summary>For attributes of drawings.</summary>
    public static string Coordinate(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Minus(string text) => text.Replace('-', '−');
}
