using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.Dashboard.Models;

/// <summary>What the address of the models page asks for.</summary>
public sealed record ModelsRequest
{
    public const int PageSize = 50;

    public static readonly ImmutableArray<string> Sorts = ["recent", "name", "metric", "versions"];

    public static readonly ImmutableArray<string> Facets = ["task", "arch", "framework", "tag", "status"];

    public string Query { get; init; } = "";

    /// <summary>The chosen value of each facet.</summary>
    public ImmutableSortedDictionary<string, string> Chosen { get; init; } = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    public string Sort { get; init; } = "recent";

    public int Page { get; init; } = 1;

    public static ModelsRequest Of(IQueryCollection query)
    {
        var sort = query["sort"].ToString();
        return new ModelsRequest
        {
            Query = query["q"].ToString() is { Length: > Search.SearchQuery.MaxLength } l ? l[..Search.SearchQuery.MaxLength] : query["q"].ToString(),
            Chosen = Facets.Where(f => query[f].ToString().Length > 0).ToImmutableSortedDictionary(f => f, f => query[f].ToString(), StringComparer.Ordinal),
            Sort = Sorts.Contains(sort) ? sort : "recent",
            Page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, 100_000) : 1,
        };
    }

    /// <summary>The pairs of the address, with the defaults left out.</summary>
    public IEnumerable<(string Key, string? Value)> Pairs()
    {
        if (Query.Length > 0) yield return ("q", Query);
        foreach (var (facet, value) in Chosen) yield return (facet, value);
        if (Sort != "recent") yield return ("sort", Sort);
        if (Page > 1) yield return ("page", Page.ToString(CultureInfo.InvariantCulture));
    }
}
