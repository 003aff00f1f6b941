using ModelRegistry.Dashboard.Display;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Compare;

/// <summary>Makes comparisons.</summary>
public sealed class CompareQuery(RegistryReader reader, LayerReader layers, CardReader cards)
{
    private const int Most = 4;

    public CompareView Run(ModelName name, IReadOnlyList<string> wanted, bool everything, bool withLayers, int layersFrom, CancellationToken cancellation, bool byTime = false)
    {
        var family = reader.Get(name, cancellation);
        var versions = Choose(family, name, wanted, cancellation);
        if (byTime) versions.Sort((a, b) => a.Manifest.CreatedAt.CompareTo(b.Manifest.CreatedAt));
        var rows = Rows(family, versions);
        var (verdict, kind) = Say(family, versions, rows);
        LayerDifferences? differences = null;
        ModelRegistryException? problem = null;
        if (withLayers)
        {
            try
            {
                differences = layers.Compare(versions[0].Manifest, versions[^1].Manifest, cancellation);
            }
            catch (ModelRegistryException failure)
            {
                problem = failure;
            }
        }

        return new CompareView
        {
            Family = family,
            Versions = versions,
            Verdict = verdict,
            VerdictKind = kind,
            Rows = rows,
            Everything = everything,
            Layers = differences,
            LayersProblem = problem,
            LayersFrom = layersFrom,
            HasCard = cards.Exists(name),
        };
    }

    private List<IndexedVersion> Choose(FamilyFacts family, ModelName name, IReadOnlyList<string> wanted, CancellationToken cancellation)
    {
        if (wanted.Count == 0 && FamilyTabs.Pair(family) is var (left, right)) wanted = [left, right];
        var versions = new List<IndexedVersion>();
        foreach (var text in wanted.Take(Most))
        {
            var (version, _) = Hosting.Addressed.Version(reader, name, text, cancellation);
            var found = family.Index?.Find(version) ?? throw Codes.VersionNotFound.Error($"{name} has no version {version}", "choose among its versions");
            if (!versions.Contains(found)) versions.Add(found);
        }

        return versions.Count > 1 ? versions : throw DashboardCodes.InvalidRequest.Error($"a comparison needs two versions of {name}", $"choose them on the page of {name}");
    }

    private static List<CompareRow> Rows(FamilyFacts family, List<IndexedVersion> versions)
    {
        var rows = new List<CompareRow>();
        var manifests = versions.ConvertAll(v => v.Manifest);
        foreach (var metric in manifests.SelectMany(m => m.Metrics.Keys).Distinct(StringComparer.Ordinal).OrderBy(m => m == family.Goal?.Name ? 0 : 1).ThenBy(m => m, StringComparer.Ordinal))
        {
            var values = manifests.ConvertAll(m => m.Metrics.TryGetValue(metric, out var value) ? value : (double?)null);
            var change = values[^1] - values[0];
            bool? better = change is null or 0 or double.NaN ? null : family.Direction(metric).IsBetter(values[^1]!.Value, values[0]!.Value);
            rows.Add(new CompareRow("Metrics", $"{metric} {(family.Direction(metric) == MetricDirection.Max ? "↑" : "↓")}", values.ConvertAll(v => v is { } x ? Figures.Number(x) : null))
            {
                Change = change is { } c && !double.IsNaN(c) ? Figures.Change(c) + (better switch { true => " better", false => " worse", _ => "" }) : null,
                IsBetter = better,
            });
        }

        void Add(string group, string field, Func<Manifest, string?> value) => rows.Add(new CompareRow(group, field, manifests.ConvertAll(m => value(m))));
        Add("Signature", "inputs", m => Specs(m.Inputs));
        Add("Signature", "outputs", m => Specs(m.Outputs));
        Add("Signature", "architecture", m => m.Architecture);
        Add("Signature", "framework", m => m.Framework);
        foreach (var key in manifests.SelectMany(m => m.Hyperparameters.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Add("Training", key, m => m.Hyperparameters.TryGetValue(key, out var value) ? VersionQuery.Text(value) : null);
        Add("Lineage", "data set", m => m.Lineage?.Dataset?.ToString());
        Add("Lineage", "parent", m => m.Lineage?.Parent?.ToString());
        Add("Lineage", "commit", m => m.Lineage?.Commit is { } commit ? Figures.Commit(commit) : null);
        Add("Description", "licence", m => m.License);
        Add("Description", "memo", m => m.Notes);
        foreach (var key in manifests.SelectMany(m => m.Tags.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Add("Description", $"tag {key}", m => m.Tags.GetValueOrDefault(key));
        foreach (var path in manifests.SelectMany(m => m.Files.Select(f => f.Path.Value)).Distinct(StringComparer.Ordinal))
            Add("Files", path, m => m.Files.FirstOrDefault(f => f.Path.Value == path) is { } file ? $"{file.Digest.ToShortString()}…, {Figures.Bytes(file.Size)}" : null);
        rows.Add(new CompareRow("Description", "registered", versions.ConvertAll(v => (string?)$"{Figures.Date(v.Manifest.CreatedAt)} by {Figures.Person(v.Manifest.CreatedBy)}")));
        return [.. rows.Where(r => r.Values.Any(v => v is not null))];
    }

    private static (string Text, string Kind) Say(FamilyFacts family, List<IndexedVersion> versions, List<CompareRow> rows)
    {
        var signature = rows.Where(r => r.Name is "inputs" or "outputs").All(r => !r.Differs) ? "Inputs and outputs are the same." : "Inputs or outputs differ: callers may have to change.";
        var fields = rows.Count(r => r.Differs && r.Group is not ("Metrics" or "Files") && r.Name != "registered");
        if (versions.Count > 2)
        {
            var best = family.Goal is { } goal ? versions.Where(v => v.Manifest.Metrics.TryGetValue(goal.Name, out var value) && !double.IsNaN(value)).OrderBy(v => v.Manifest.Metrics[goal.Name] * (goal.EffectiveDirection == MetricDirection.Max ? -1 : 1)).FirstOrDefault() : null;
            return ($"{(best is null ? "" : $"{best.Manifest.Version} is best in {family.Goal!.Name}. ")}They differ in {Figures.Count(fields, "field")}. {signature}", "");
        }

        var last = versions[^1].Manifest.Version;
        var metrics = rows.Where(r => r.Group == "Metrics" && r.IsBetter is not null).ToList();
        var better = metrics.Count(r => r.IsBetter == true);
        var worse = metrics.Count - better;
        var tail = $"{(fields == 0 ? " and differs in no other field." : $" and differs in {Figures.Count(fields, "field")}.")} {signature}";
        static string All(int n) => n switch { 1 => "the metric that changed", 2 => "both metrics", _ => $"all {n} metrics" };
        if (metrics.Count == 0) return ($"{last} has the same metrics{tail}", "");
        if (worse == 0) return ($"{last} is better in {All(better)}{tail}", "ok");
        if (better == 0) return ($"{last} is worse in {All(worse)}{tail}", "bad");
        string Named(bool good) => metrics.Where(m => m.IsBetter == good).Select(m => m.Name[..^2]).ToList() is { Count: <= 3 } few ? string.Join(", ", few) : $"{metrics.Count(m => m.IsBetter == good)} metrics";
        return ($"{last} is better in {Named(true)} and worse in {Named(false)}{tail}", "warn");
    }

    private static string? Specs(IReadOnlyList<TensorSpec> specs) => specs.Count == 0 ? null : string.Join(", ", specs);
}
