using System.Globalization;
using System.Text.Json;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Files;
using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;

namespace ModelRegistry.Dashboard.Versions;

/// <summary>Makes a version's page.</summary>
public sealed class VersionQuery(StoredFiles stored, VersionHeads heads, LayerReader layers)
{
    public VersionView Run(ModelId id, CancellationToken cancellation)
    {
        var head = heads.Of(id, cancellation);
        var (family, version, manifest) = (head.Family, head.Version, head.Manifest);
        var before = family.Before(version);
        var missing = stored.Missing(manifest);
        ModelRegistryException? problem = null;
        var tree = missing.Contains(manifest.Weights.Path.Value) ? null : layers.TryRead(manifest, out problem, cancellation);
        return new VersionView
        {
            Head = head,
            Before = before,
            Newer = family.Latest is { } latest && !ReferenceEquals(latest, version) && latest.Manifest.CreatedAt > manifest.CreatedAt ? latest : null,
            Metrics = [.. manifest.Metrics.Keys.OrderBy(m => m == family.Goal?.Name ? 0 : 1).ThenBy(m => m, StringComparer.Ordinal).Select(m => Tile(family, m, version, before))],
            Layers = tree,
            LayersProblem = problem,
            MissingFiles = missing,
            Preprocessing = Preprocessing(manifest),
            OtherFields = Others(manifest),
            SameSignature = before is null ? null : Same(manifest.Inputs, before.Manifest.Inputs) && Same(manifest.Outputs, before.Manifest.Outputs),
            Latency = version.Standing == VerificationStanding.Passed && version.Verification!.Timings.TryGetValue("secondRun", out var run) ? run : null,
        };
    }

    private static MetricTile Tile(FamilyFacts family, string metric, IndexedVersion version, IndexedVersion? before)
    {
        var direction = family.Direction(metric);
        var rivals = family.Versions.Where(v => v.Yank is null && v.Manifest.Metrics.TryGetValue(metric, out var value) && !double.IsNaN(value)).ToList();
        var value = version.Manifest.Metrics[metric];
        int? rank = version.Yank is null && !double.IsNaN(value) ? rivals.Count(r => direction.IsBetter(r.Manifest.Metrics[metric], value)) + 1 : null;
        return new MetricTile(FamilyQuery.Cell(family, metric, version, before), direction, rank, rivals.Count);
    }

    private static bool Same(IReadOnlyList<TensorSpec> a, IReadOnlyList<TensorSpec> b) => a.Count == b.Count && a.Zip(b).All(pair => pair.First.SignatureEquals(pair.Second));

    private static List<(string, string)> Others(Manifest manifest)
    {
        var fields = new List<(string, string)>();
        void Add(string name, string? value)
        {
            if (value is { Length: > 0 }) fields.Add((name, value));
        }

        void Unknown(string prefix, Extensible? holder)
        {
            foreach (var (key, value) in Unknowns(holder)) Add(prefix + key, value);
        }

        Add("Licence", manifest.License);
        foreach (var (key, value) in manifest.Tags) Add($"tag {key}", value);
        Unknown("lineage ", manifest.Lineage);
        Unknown("data set ", manifest.Lineage?.Dataset);
        foreach (var file in manifest.Files) Unknown($"{file.Path} ", file);
        Unknown("", manifest);
        return fields;
    }

    private static List<(string, string)> Preprocessing(Manifest manifest)
    {
        if (manifest.Preprocessing is not { } p) return [];
        var steps = new List<(string Name, string? Value)>
        {
            ("Resize", p.Resize?.ToString(CultureInfo.InvariantCulture)),
            ("Crop", p.Crop?.ToString(CultureInfo.InvariantCulture)),
            ("Mean", string.Join(", ", p.Mean.Select(Figures.Number))),
            ("Deviation", string.Join(", ", p.Std.Select(Figures.Number))),
            ("Layout", p.Layout),
        };
        steps.AddRange(Unknowns(p).Select(u => (u.Name, (string?)u.Value)));
        return [.. steps.Where(s => s.Value is { Length: > 0 }).Select(s => (s.Name, s.Value!))];
    }

    private static IEnumerable<(string Name, string Value)> Unknowns(Extensible? holder) => holder?.Unknown?.Select(u => (u.Key, Text(u.Value))) ?? [];

    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
