using System.Globalization;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Selectors;

/// <summary>Answers a selector over a family; when there is no answer, says why each near candidate lost.</summary>
internal sealed class Selection(Family family, bool includePrerelease, Func<VersionSummary, bool>? isVerified)
{
    private const int ShownCandidates = 5;

    /// <exception cref="ModelRegistryException">MR0204 no such version, MR0205 nothing matches, MR0209 no such alias, MR0207/MR0208 a manifest that could have been the answer cannot be read.</exception>
    public VersionSummary Choose(Selector selector)
    {
        switch (selector)
        {
            case ExactSelector exact: return Exact(exact.Version, selector);
            case AliasSelector alias: return ByAlias(alias);
        }

        if (family.Broken is [var broken, ..])
            throw broken.Diagnostic.Error($"cannot answer '{selector}' for {family.Name}: {broken.Message}", broken.Hint);
        return selector switch
        {
            LatestSelector => Pick(selector, _ => null, IsNewer),
            BestSelector best => ByMetric(best),
            RangeSelector { Range: var range } => Pick(selector, v => range.Contains(v.Version) ? null : $"is not in {selector}", static (a, b) => a.Version.CompareTo(b.Version) > 0, v => range.Names(v.Version)),
            DigestSelector digest => family.Versions.Where(v => v.Weights.Contains(digest.Digest)).OrderBy(v => family.IsYanked(v.Version)).ThenByDescending(v => v.Version).FirstOrDefault()
                ?? throw Codes.NoMatch.Error($"no version of {family.Name} has weights with the digest {digest.Digest}", $"see 'modelreg list {family.Name}' for its versions"),
            _ => throw new InvalidOperationException($"no rule for {selector.GetType().Name}"),
        };
    }

    private static bool IsNewer(VersionSummary a, VersionSummary b) =>
        a.CreatedAt != b.CreatedAt ? a.CreatedAt > b.CreatedAt : a.Version.CompareTo(b.Version) > 0;

    private VersionSummary Exact(ModelVersion version, Selector selector)
    {
        if (family.Versions.FirstOrDefault(v => v.Version == version) is { } found) return found;
        if (family.BrokenAt(version) is { } broken) throw broken;
        var near = string.Join(", ", family.Versions.Take(ShownCandidates).Select(v => v.Version.Value));
        throw Codes.VersionNotFound.Error($"{family.Name} has no version {selector}", near.Length > 0 ? $"its newest versions are {near}" : "it has no versions yet");
    }

    private VersionSummary ByAlias(AliasSelector selector)
    {
        if (family.FindAlias(selector.Alias) is not { } alias)
        {
            var known = string.Join(", ", family.Aliases.Keys.Order(StringComparer.Ordinal).Select(a => "@" + a));
            throw Codes.AliasNotFound.Error(
                $"{family.Name} has no alias {selector}",
                known.Length > 0 ? $"it has {known}" : $"set one with 'modelreg promote {family.Name} SELECTOR {selector.Alias}'");
        }

        return Exact(alias.Version, Selector.Exactly(alias.Version));
    }

    private VersionSummary ByMetric(BestSelector selector)
    {
        var goal = selector.Metric is null
            ? family.DefaultMetric
            : new MetricGoal { Name = selector.Metric, Direction = selector.Direction ?? (family.Settings.Metric?.Name == selector.Metric ? family.Settings.Metric.Direction : null) };
        if (goal is null)
        {
            throw Codes.NoMatch.Error(
                $"'best' of {family.Name} is not defined: its versions have {MetricNames()} and family.json names no default",
                "write best:METRIC, or set the default with 'modelreg register --default-metric'");
        }

        var direction = goal.EffectiveDirection;
        return Pick(
            selector,
            v => v.Metric(goal.Name) switch
            {
                null => $"has no metric '{goal.Name}'",
                double.NaN => $"its {goal.Name} is not a number",
                _ => null,
            },
            (a, b) =>
            {
                var (left, right) = (a.Metric(goal.Name)!.Value, b.Metric(goal.Name)!.Value);
                return left != right ? direction.IsBetter(left, right) : a.Version.CompareTo(b.Version) > 0;
            });
    }

    private string MetricNames()
    {
        var names = family.Versions.SelectMany(v => v.Metrics).Select(m => m.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(ShownCandidates).ToList();
        return names.Count == 0 ? "no metrics" : $"the metrics {string.Join(", ", names)}";
    }

    private VersionSummary Pick(Selector selector, Func<VersionSummary, string?> refusal, Func<VersionSummary, VersionSummary, bool> beats, Func<VersionSummary, bool>? names = null)
    {
        VersionSummary? winner = null;
        foreach (var candidate in family.Versions)
        {
            if (Loses(candidate, refusal, names) is null && (winner is null || beats(candidate, winner))) winner = candidate;
        }

        if (winner is not null) return winner;
        var reasons = family.Versions.Take(ShownCandidates).Select(v => $"{v.Version} {Loses(v, refusal, names)}").ToList();
        var more = family.Versions.Count > ShownCandidates ? string.Create(CultureInfo.InvariantCulture, $", and {family.Versions.Count - ShownCandidates} more") : "";
        throw Codes.NoMatch.Error(
            $"no version of {family.Name} matches '{selector}': {(reasons.Count == 0 ? "it has no versions" : string.Join(", ", reasons) + more)}",
            reasons.Any(r => r.EndsWith("is a prerelease", StringComparison.Ordinal)) ? "include prereleases with --prerelease, or name one" : "see 'modelreg list' for what there is");
    }

    private string? Loses(VersionSummary candidate, Func<VersionSummary, string?> refusal, Func<VersionSummary, bool>? names)
    {
        if (refusal(candidate) is { } reason) return reason;
        if (family.IsYanked(candidate.Version)) return "is yanked";
        if (candidate.Version.IsPrerelease && !includePrerelease && names?.Invoke(candidate) != true) return "is a prerelease";
        return isVerified is not null && !isVerified(candidate) ? "is not verified" : null;
    }
}
