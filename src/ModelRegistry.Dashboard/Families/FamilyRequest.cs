using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.Dashboard.Families;

/// <summary>What the address of a family's page asks for.</summary>
public sealed record FamilyRequest
{
    public const int PageSize = 100;

    /// <summary>The metric of the chart; null for the default one.</summary>
    public string? Metric { get; init; }

    /// <summary>The metrics of the table; empty for the first four.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary><c>version</c>, <c>date</c> or a metric's name.</summary>
    public string Sort { get; init; } = "version";

    public bool Ascending { get; init; }

    public bool HideYanked { get; init; }

    public bool HidePrerelease { get; init; }

    public int Page { get; init; } = 1;

    public static FamilyRequest Of(IQueryCollection query) => new()
    {
        Metric = query["metric"].ToString() is { Length: > 0 and <= 100 } metric ? metric : null,
        Columns = [.. query["col"].OfType<string>().Where(c => c.Length is > 0 and <= 100).Distinct(StringComparer.Ordinal).Take(12)],
        Sort = query["sort"].ToString() is { Length: > 0 and <= 100 } sort ? sort : "version",
        Ascending = query["order"] == "up",
        HideYanked = query["yanked"] == "hide",
        HidePrerelease = query["prerelease"] == "hide",
        Page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, 100_000) : 1,
    };

    public IEnumerable<(string Key, string? Value)> Pairs()
    {
        if (Metric is not null) yield return ("metric", Metric);
        foreach (var column in Columns) yield return ("col", column);
        if (Sort != "version") yield return ("sort", Sort);
        if (Ascending) yield return ("order", "up");
        if (HideYanked) yield return ("yanked", "hide");
        if (HidePrerelease) yield return ("prerelease", "hide");
        if (Page > 1) yield return ("page", Page.ToString(CultureInfo.InvariantCulture));
    }
}
