using System.Collections.Concurrent;
using System.Collections.Frozen;
using ModelRegistry.Diagnostics;

namespace ModelRegistry;

/// <summary>A family as it stands on the disk: settings, versions, aliases, yanks.</summary>
public sealed class Family
{
    private readonly Lazy<MetricGoal?> _defaultMetric;
    private readonly IReadOnlyDictionary<ModelVersion, ModelRegistryException> _broken;

    internal Family(ModelName name, FamilySettings settings, IReadOnlyList<VersionSummary> versions, IReadOnlyDictionary<ModelVersion, ModelRegistryException> broken,
        FrozenSet<string> yanked, FrozenSet<string> verified, IReadOnlyDictionary<string, AliasRecord> aliases, IReadOnlyDictionary<string, ModelRegistryException> brokenAliases)
    {
        Name = name;
        Settings = settings;
        Versions = versions;
        _broken = broken;
        Broken = [.. broken.Values.OrderBy(b => b.Message, StringComparer.Ordinal)];
        Yanked = yanked;
        WithVerification = verified;
        Aliases = aliases;
        BrokenAliases = brokenAliases;
        _defaultMetric = new Lazy<MetricGoal?>(FindDefaultMetric);
    }

    /// <summary>The name.</summary>
    public ModelName Name { get; }

    /// <summary><c>family.json</c>; defaults where there is none.</summary>
    public FamilySettings Settings { get; }

    /// <summary>All versions that can be read, highest first.</summary>
    public IReadOnlyList<VersionSummary> Versions { get; }

    /// <summary>What is wrong with the manifests that cannot be read.</summary>
    public IReadOnlyList<ModelRegistryException> Broken { get; }

    /// <summary>What is wrong with one version's manifest; null where it can be read or is not there.</summary>
    internal ModelRegistryException? BrokenAt(ModelVersion version) => _broken.GetValueOrDefault(version);

    /// <summary>The aliases by name, without those that cannot be read.</summary>
    public IReadOnlyDictionary<string, AliasRecord> Aliases { get; }

    /// <summary>What is wrong with the aliases that cannot be read, by name.</summary>
    public IReadOnlyDictionary<string, ModelRegistryException> BrokenAliases { get; }

    /// <summary>What an alias points at; null where there is none of that name.</summary>
    /// <exception cref="ModelRegistryException">MR0215: it cannot be read.</exception>
    internal AliasRecord? FindAlias(string alias) => BrokenAliases.TryGetValue(alias, out var failure) ? throw failure : Aliases.GetValueOrDefault(alias);

    internal FrozenSet<string> Yanked { get; }

    internal FrozenSet<string> WithVerification { get; }

    /// <summary>Whether a version was yanked.</summary>
    public bool IsYanked(ModelVersion version) => Yanked.Contains(version.Value);

    /// <summary>The names of the aliases that point at a version.</summary>
    public IReadOnlyList<string> AliasesOf(ModelVersion version) =>
        [.. Aliases.Where(a => a.Value.Version == version).Select(a => a.Key).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The metric that <c>best</c> means: the one of <c>family.json</c>; else <c>accuracy</c>; else the only one that there is.
    /// Null where none of these holds.
    /// </summary>
    public MetricGoal? DefaultMetric => _defaultMetric.Value;

    /// <summary>Answers that stay the same as long as this object does.</summary>
    internal ConcurrentDictionary<(string Selector, bool IncludePrerelease), VersionSummary> Answers { get; } = new();

    private MetricGoal? FindDefaultMetric()
    {
        if (Settings.Metric is { } goal) return goal;
        var names = Versions.SelectMany(v => v.Metrics).Select(m => m.Key).Distinct(StringComparer.Ordinal).Take(50).ToList();
        if (names.Contains("accuracy")) return new MetricGoal { Name = "accuracy" };
        return names is [var only] ? new MetricGoal { Name = only } : null;
    }
}
