using ModelRegistry.Dashboard.Display;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Search;

/// <summary>Holds families against a search.</summary>
internal static class SearchMatcher
{
    public static bool Matches(SearchQuery query, FamilyFacts family, DateTimeOffset now)
    {
        foreach (var term in query.Terms)
        {
            if (Holds(term, family, now) == term.IsNegative) return false;
        }

        return true;
    }

    /// <summary>How near a family is: 0 the name itself, 1 the name's beginning, 2 the start of a word, 3 elsewhere.</summary>
    public static int Rank(SearchQuery query, FamilyFacts family)
    {
        var worst = 0;
        foreach (var term in query.Terms)
        {
            if (term.Field != SearchField.Word || term.IsNegative) continue;
            worst = Math.Max(worst, family.Name == term.Value ? 0 : family.Name.StartsWith(term.Value, StringComparison.Ordinal) ? 1 : StartsWord(family.SearchText, term.Value) ? 2 : 3);
        }

        return worst;
    }

    private static bool StartsWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || !char.IsLetterOrDigit(text[at - 1])) return true;
        }

        return false;
    }

    private static bool Holds(SearchTerm term, FamilyFacts family, DateTimeOffset now) => term.Field switch
    {
        SearchField.Word => family.SearchText.Contains(term.Value, StringComparison.Ordinal),
        SearchField.Task => Has(family.Settings.Task, term.Value),
        SearchField.Architecture => Has(family.Architecture, term.Value),
        SearchField.Dataset => Has(family.Dataset?.ToString(), term.Value),
        SearchField.Framework => Has(family.Framework, term.Value),
        SearchField.Format => Has(family.Shown?.Manifest.Weights.Format, term.Value),
        SearchField.License => Has(family.Shown?.Manifest.License ?? family.Settings.License, term.Value),
        SearchField.By => family.Versions.Any(v => Has(v.Manifest.CreatedBy, term.Value)),
        SearchField.Tag => family.Versions.Any(v => v.Manifest.Tags.Any(tag => IsTag(tag, term.Value))),
        SearchField.Has => family.Aliases.Any(a => a.Name == term.Value.TrimStart('@')),
        SearchField.Is => Is(term.Value, family),
        SearchField.Updated => Compare((now - family.UpdatedAt).TotalSeconds, term.Comparison, term.Number),
        SearchField.Metric => (family.Latest ?? family.Shown)?.Manifest.Metrics.TryGetValue(term.Value, out var metric) == true && Compare(metric, term.Comparison, term.Number),
        SearchField.Parameters => family.Shown?.Manifest.ParameterCount() is { } parameters && Compare(parameters, term.Comparison, term.Number),
        SearchField.Size => family.Shown is { } shown && Compare(shown.Manifest.Files.Sum(f => f.Size), term.Comparison, term.Number),
        SearchField.Versions => Compare(family.Versions.Count, term.Comparison, term.Number),
        _ => false,
    };

    public static bool Is(string state, FamilyFacts family) => state switch
    {
        "verified" => family.Standing == VerificationStanding.Passed,
        "failed" => family.Standing == VerificationStanding.Failed,
        "unverified" => family.Standing is VerificationStanding.None or VerificationStanding.OtherFiles,
        "yanked" => family.Versions.Any(v => v.Yank is not null),
        "prerelease" => family.NewerPrerelease is not null,
        "empty" => family.Versions.Count == 0,
        "broken" => family.Broken.Count > 0,
        _ => false,
    };

    private static bool IsTag(KeyValuePair<string, string> tag, string wanted)
    {
        var equals = wanted.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? tag.Key.Equals(wanted, StringComparison.OrdinalIgnoreCase)
            : tag.Key.AsSpan().Equals(wanted.AsSpan(0, equals), StringComparison.OrdinalIgnoreCase) && tag.Value.AsSpan().Equals(wanted.AsSpan(equals + 1), StringComparison.OrdinalIgnoreCase);
    }

    private static bool Has(string? text, string wanted) => text?.Contains(wanted, StringComparison.OrdinalIgnoreCase) == true;

    private static bool Compare(double value, string comparison, double bound) => comparison switch
    {
        ">=" => value >= bound,
        "<=" => value <= bound,
        ">" => value > bound,
        _ => value < bound,
    };
}
