using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Search;

/// <summary>Says why a search that was understood finds nothing.</summary>
internal static class SearchHints
{
    /// <summary>One sentence for each metric of a search that no model has, with the name that may have been meant.</summary>
    public static IEnumerable<string> UnknownMetrics(string query, IReadOnlyList<FamilyFacts> families)
    {
        var wanted = SearchQuery.Parse(query).Terms.Where(t => t.Field == SearchField.Metric).Select(t => t.Value).Distinct(StringComparer.Ordinal).ToList();
        if (wanted.Count == 0) yield break;
        var known = families.SelectMany(f => f.Metrics).Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in wanted.Except(known, StringComparer.Ordinal))
            yield return $"no model has a metric {name}{(Nearness.Nearest(name, known).FirstOrDefault() is { } near ? $": {near} may be meant" : "")}";
    }
}
