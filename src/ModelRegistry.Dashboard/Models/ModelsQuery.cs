using System.Collections.Immutable;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Search;

namespace ModelRegistry.Dashboard.Models;

/// <summary>Finds, counts and orders the families of the models page.</summary>
public sealed class ModelsQuery(TimeProvider clock)
{
    private const int FacetValues = 12, KeptPages = 16;

    private Unfiltered? _unfiltered;

    /// <summary>Pages of the whole list, kept while no family changes.</summary>
    private sealed record Unfiltered(AllFamilies Of)
    {
        public RecentItems<(string Sort, int Page), ModelsView> Pages { get; } = new(KeptPages);
    }

    /// <summary>A page of the list.</summary>
    public ModelsView Run(AllFamilies all, ModelsRequest request)
    {
        if (request.Query.Length > 0 || request.Chosen.Count > 0) return Run(all, request, ModelsRequest.PageSize);
        var kept = _unfiltered;
        if (!ReferenceEquals(kept?.Of, all)) _unfiltered = kept = new Unfiltered(all);
        return kept!.Pages.Get((request.Sort, request.Page), () => Run(all, request, ModelsRequest.PageSize));
    }

    /// <summary>The list with pages of a size.</summary>
    public ModelsView Run(AllFamilies all, ModelsRequest request, int pageSize)
    {
        var now = clock.GetUtcNow();
        var search = SearchQuery.Parse(request.Query);
        IReadOnlyList<FamilyFacts> found = search.Terms.Length == 0 ? all : [.. all.Where(f => SearchMatcher.Matches(search, f, now))];
        var chosen = Filter(found, request, null);
        var ordered = Order(chosen, request.Sort, search);
        var pages = (int)Math.Max(1, (ordered.Count + (long)pageSize - 1) / pageSize);
        var page = Math.Min(request.Page, pages);
        return new ModelsView
        {
            Request = request with { Page = page },
            Rows = [.. ordered.Skip((page - 1) * pageSize).Take(pageSize).Select(FamilyRow.Of)],
            Count = ordered.Count,
            Versions = ordered.Sum(f => f.Versions.Count),
            Total = all.Count,
            Pages = pages,
            Hints = search.Hints,
            Facets = [.. ModelsRequest.Facets.Select(facet => Facet(facet, found, request)).Where(f => f.Values.Count > 0)],
            Near = ordered.Count == 0 && request.Query.Length > 0 ? Near(request.Query, all) : [],
        };
    }

    /// <summary>The rows of all families, for an export.</summary>
    public static IReadOnlyList<(FamilyRow Row, string Text)> Rows(AllFamilies all) =>
        [.. Order(all, "recent", SearchQuery.Empty).Select(f => (FamilyRow.Of(f), f.SearchText))];

    /// <summary>Where the Enter key goes for a search that names one thing; null where it names none.</summary>
    public static (string Name, string? Version)? Direct(AllFamilies all, string query)
    {
        var text = query.Trim();
        if (text.Length is 0 or > 200 || text.Any(char.IsWhiteSpace)) return null;
        var cut = text.IndexOfAny(['/', '@']);
        if (ModelName.TryParse(cut < 0 ? text : text[..cut], out var name) && all.FirstOrDefault(f => f.Name == name.Value) is { } family)
        {
            if (cut < 0) return (family.Name, null);
            var rest = text[(cut + 1)..];
            if (text[cut] == '@') return family.Aliases.FirstOrDefault(a => a.Name == rest) is { } alias ? (family.Name, alias.Record.Version.Value) : null;
            return family.Versions.FirstOrDefault(v => v.Manifest.Version.Value == rest.TrimStart('v')) is { } version ? (family.Name, version.Manifest.Version.Value) : null;
        }

        var digits = text.StartsWith(Digest.Prefix, StringComparison.OrdinalIgnoreCase) ? text[Digest.Prefix.Length..] : text;
        if (digits.Length is < 8 or > 64 || !digits.All(char.IsAsciiHexDigit)) return null;
        digits = digits.ToLowerInvariant();
        foreach (var facts in all)
        {
            if (facts.Versions.FirstOrDefault(v => v.Manifest.Files.Any(f => f.Digest.Hex.StartsWith(digits, StringComparison.Ordinal))) is { } holder) return (facts.Name, holder.Manifest.Version.Value);
        }

        return null;
    }

    private static List<FamilyFacts> Filter(IReadOnlyList<FamilyFacts> families, ModelsRequest request, string? except) =>
        [.. families.Where(f => request.Chosen.All(c => c.Key == except || ValuesOf(c.Key, f).Contains(c.Value)))];

    private static IReadOnlyList<FamilyFacts> Order(IReadOnlyList<FamilyFacts> families, string sort, SearchQuery search)
    {
        var names = families.OrderBy(f => 0);
        var ranked = search.Terms.Any(t => t.Field == SearchField.Word) ? families.OrderBy(f => SearchMatcher.Rank(search, f)) : names;
        return
        [
            .. sort switch
            {
                "name" => names.ThenBy(f => f.Name, StringComparer.Ordinal),
                "versions" => names.ThenByDescending(f => f.Versions.Count).ThenBy(f => f.Name, StringComparer.Ordinal),
                // Metrics of different names cannot be compared, so families stand together by metric, best first.
                "metric" => names.ThenBy(f => f.Goal is null || f.Best is null).ThenBy(f => f.Goal?.Name, StringComparer.Ordinal)
                    .ThenBy(f => f.Goal is { } goal && f.Best is { } best ? best.Manifest.Metrics[goal.Name] * (goal.EffectiveDirection == MetricDirection.Max ? -1 : 1) : 0)
                    .ThenBy(f => f.Name, StringComparer.Ordinal),
                _ => ranked.ThenByDescending(f => f.UpdatedAt).ThenBy(f => f.Name, StringComparer.Ordinal),
            },
        ];
    }

    private static FacetView Facet(string facet, IReadOnlyList<FamilyFacts> found, ModelsRequest request)
    {
        var others = Filter(found, request, facet);
        var chosen = request.Chosen.GetValueOrDefault(facet);
        var counts = others.SelectMany(f => ValuesOf(facet, f)).GroupBy(v => v, StringComparer.Ordinal).Select(g => (Value: g.Key, Count: g.Count())).ToList();
        if (chosen is not null && counts.All(c => c.Value != chosen)) counts.Add((chosen, 0));
        FacetValue View((string Value, int Count) c) => new(c.Value, c.Count, c.Value == chosen, request with { Page = 1, Chosen = c.Value == chosen ? request.Chosen.Remove(facet) : request.Chosen.SetItem(facet, c.Value) });
        return new FacetView(
            facet,
            [.. counts.OrderBy(c => c.Value == chosen ? 0 : 1).ThenByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal).Take(FacetValues).Select(View)],
            Math.Max(0, counts.Count - FacetValues));
    }

    private static IEnumerable<string> ValuesOf(string facet, FamilyFacts family) => facet switch
    {
        "task" => family.Settings.Task is { } task ? [task] : [],
        "arch" => family.Architecture is { } architecture ? [architecture] : [],
        "framework" => family.Framework is { } framework ? [framework] : [],
        "tag" => family.Shown?.Manifest.Tags.Select(t => $"{t.Key}={t.Value}") ?? [],
        _ => States(family),
    };

    private static IEnumerable<string> States(FamilyFacts family)
    {
        foreach (var state in SearchTerm.States)
        {
            if (SearchMatcher.Is(state, family)) yield return state;
        }

        foreach (var alias in family.Aliases) yield return "in " + alias.Name;
    }

    private static ImmutableArray<string> Near(string query, IReadOnlyList<FamilyFacts> all) =>
        [.. all.Select(f => (f.Name, Distance: Nearness.Of(query.Trim(), f.Name))).Where(n => n.Distance < 0.6).OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).Take(3).Select(n => n.Name)];
}
