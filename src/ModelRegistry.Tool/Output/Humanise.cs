using System.Globalization;

namespace ModelRegistry.Tool.Output;

/// <summary>Figures as people read them.</summary>
internal static class Humanise
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary><c>812 B</c>, <c>44.7 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        if (bytes < 1024) return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        var value = bytes / 1024.0;
        var unit = 0;
        // 1023.95 would be shown as 1024.0 of the smaller unit.
        for (; value >= 1023.95 && unit < Units.Length - 1; unit++) value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>In the time zone of the machine, to the minute.</summary>
    public static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>31 d</c>, <c>5 h</c>, <c>12 min</c>.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0} d"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, age.TotalMinutes):0} min"),
    };

    /// <summary>At most six significant digits.</summary>
    public static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A whole number in groups of three.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The first seven digits of a commit.</summary>
    public static string Commit(string commit) => commit.Length > 7 ? commit[..7] : commit;

    public static string Metrics(IEnumerable<KeyValuePair<string, double>> metrics) =>
        string.Join("  ", metrics.Select(m => $"{m.Key} {Number(m.Value)}"));

    /// <summary>A person without the mail address.</summary>
    public static string Person(string person)
    {
        var mail = person.IndexOf(" <", StringComparison.Ordinal);
        return mail > 0 ? person[..mail] : person;
    }
}
