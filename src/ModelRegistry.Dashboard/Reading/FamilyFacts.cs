using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Reading;

/// <summary>What lists, search and charts show of a family. Made once for each state of it.</summary>
public sealed class FamilyFacts
{
    private FamilyFacts(ModelName name, FamilyIndex? index, ModelRegistryException? problem)
    {
        Name = name.Value;
        Index = index;
        Problem = problem;
        Latest = index?.Latest is { } latest ? index.Find(latest) : null;
        Best = index?.Best is { } best ? index.Find(best) : null;
        Shown = Latest ?? (index?.Versions.Count > 0 ? index.Versions.MaxBy(v => v.Manifest.CreatedAt) : null);
        ByTime = index is null ? [] : [.. index.Versions.OrderBy(v => v.Manifest.CreatedAt).ThenBy(v => v.Manifest.Version)];
        Goal = index?.Family.DefaultMetric;
        UpdatedAt = ByTime.Count > 0 ? ByTime[^1].Manifest.CreatedAt : default;
        Aliases = index is null ? [] : [.. index.Family.Aliases.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => new AliasFact(a.Key, a.Value))];
        Metrics = [.. ByTime.SelectMany(v => v.Manifest.Metrics.Keys).Distinct(StringComparer.Ordinal).OrderBy(m => m == Goal?.Name ? 0 : 1).ThenBy(m => m, StringComparer.Ordinal)];
        SearchText = Text();
    }

    public string Name { get; }

    public FamilyIndex? Index { get; }

    /// <summary>Why the family cannot be read; null where it can.</summary>
    public ModelRegistryException? Problem { get; }

    /// <summary>What <c>latest</c> means.</summary>
    public IndexedVersion? Latest { get; }

    public IndexedVersion? Best { get; }

    /// <summary>The version whose architecture and data set stand for the family: the latest, else the newest of all.</summary>
    public IndexedVersion? Shown { get; }

    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<IndexedVersion> ByTime { get; }

    public MetricGoal? Goal { get; }

    /// <summary>The names of all metrics, the default one first.</summary>
    public IReadOnlyList<string> Metrics { get; }

    public DateTimeOffset UpdatedAt { get; }

    public IReadOnlyList<AliasFact> Aliases { get; }

    /// <summary>Everything that words are looked for in, in lower case.</summary>
    public string SearchText { get; }

    public FamilySettings Settings => Index?.Family.Settings ?? new FamilySettings();

    public IReadOnlyList<IndexedVersion> Versions => Index?.Versions ?? [];

    public IReadOnlyList<ModelRegistryException> Broken => Index?.Broken ?? (Problem is null ? [] : [Problem]);

    public string? Architecture => Shown?.Manifest.Architecture;

    public string? Framework => Shown?.Manifest.Framework;

    public DatasetReference? Dataset => Shown?.Manifest.Lineage?.Dataset;

    public VerificationStanding Standing => Shown?.Standing ?? VerificationStanding.None;

    /// <summary>A prerelease that is newer than the latest release.</summary>
    public IndexedVersion? NewerPrerelease =>
        ByTime.LastOrDefault(v => v.Yank is null) is { Manifest.Version.IsPrerelease: true } last && last != Latest ? last : null;

    public static FamilyFacts Of(FamilyIndex index) => new(index.Family.Name, index, null);

    public static FamilyFacts Unreadable(ModelName name, ModelRegistryException problem) => new(name, null, problem);

    /// <summary>Which way a metric of this family gets better.</summary>
    public MetricDirection Direction(string metric) => Goal?.Name == metric ? Goal.EffectiveDirection : MetricDirections.ByName(metric);

    /// <summary>The version that is best by a metric, by the rules of <c>best</c>.</summary>
    public IndexedVersion? BestBy(string metric)
    {
        if (metric == Goal?.Name) return Best;
        IndexedVersion? best = null;
        foreach (var candidate in Versions)
        {
            if (candidate.Yank is not null || candidate.Manifest.Version.IsPrerelease || !candidate.Manifest.Metrics.TryGetValue(metric, out var value) || double.IsNaN(value)) continue;
            if (best is null || Direction(metric).IsBetter(value, best.Manifest.Metrics[metric])) best = candidate;
        }

        return best;
    }

    /// <summary>The version that was registered before this one and is not yanked.</summary>
    public IndexedVersion? Before(IndexedVersion version)
    {
        IndexedVersion? before = null;
        foreach (var candidate in ByTime)
        {
            if (ReferenceEquals(candidate, version)) return before;
            if (candidate.Yank is null) before = candidate;
        }

        return null;
    }

    /// <summary>The labels of a version, in the order in which they are shown.</summary>
    public IReadOnlyList<VersionLabel> Labels(IndexedVersion version)
    {
        var labels = new List<VersionLabel>();
        if (ReferenceEquals(version, Latest)) labels.Add(new VersionLabel("latest", "latest", "clock"));
        if (ReferenceEquals(version, Best)) labels.Add(new VersionLabel("best", "best", "star"));
        labels.AddRange(Aliases.Where(a => a.Record.Version == version.Manifest.Version).Select(a => new VersionLabel(a.Name, "alias", "flag")));
        if (version.Yank is not null) labels.Add(new VersionLabel("yanked", "bad", "cross"));
        else if (version.Manifest.Version.IsPrerelease) labels.Add(new VersionLabel("prerelease", "off", "circle"));
        return labels;
    }

    private string Text() => string.Join('\n', new[]
    {
        Name, Settings.Description, Settings.Task, Architecture, Framework, Dataset?.ToString(), Shown?.Manifest.License ?? Settings.License,
        string.Join('\n', Aliases.Select(a => a.Name)),
        string.Join('\n', Versions.Select(v => v.Manifest.Architecture).Distinct(StringComparer.Ordinal)),
        string.Join('\n', Versions.SelectMany(v => v.Manifest.Tags).Select(t => $"{t.Key}={t.Value}").Distinct(StringComparer.Ordinal)),
    }.Where(t => t is { Length: > 0 })).ToLowerInvariant();
}

/// <summary>An alias and where it points.</summary>
public sealed record AliasFact(string Name, AliasRecord Record);

/// <summary>A word, its kind of chip and its drawing.</summary>
public sealed record VersionLabel(string Text, string Kind, string Icon);
