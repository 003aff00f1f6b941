using System.Text.Json;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;

namespace ModelRegistry.Dashboard.Versions;

/// <summary>Makes a version's page.</summary>
public sealed class VersionQuery(Registry registry, VersionHeads heads, LayerReader layers)
{
    public VersionView Run(ModelId id, CancellationToken cancellation)
    {
        var head = heads.Of(id, cancellation);
        var (family, version, manifest) = (head.Family, head.Version, head.Manifest);
        var before = family.Before(version);
        var missing = manifest.Files.Where(f => !IsHere(f)).Select(f => f.Path.Value).ToHashSet(StringComparer.Ordinal);
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
            OtherFields = Others(manifest),
            SameSignature = before is null ? null : Same(manifest.Inputs, before.Manifest.Inputs) && Same(manifest.Outputs, before.Manifest.Outputs),
            Latency = version.Standing == VerificationStanding.Passed && version.Verification!.Timings.TryGetValue("secondRun", out var run) ? run : null,
        };
    }

    // Whether the bytes can be had is asked of the folders by name and length; digests are checked when the bytes are used.
    private bool IsHere(ModelFile file)
    {
        var path = Path.Combine(registry.StoreDirectory, "blobs", "sha256", file.Digest.Hex);
        if (new FileInfo(path) is { Exists: true } blob && blob.Length == file.Size) return true;
        try
        {
            registry.Locate(file, new ModelId(ModelName.Parse("any"), ModelVersion.Parse("1.0.0")));
            return true;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind is ErrorKind.NotFound or ErrorKind.Store or ErrorKind.Integrity)
        {
            return false;
        }
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
            if (holder?.Unknown is not { } unknown) return;
            foreach (var (key, value) in unknown) Add(prefix + key, Text(value));
        }

        Add("License", manifest.License);
        foreach (var (key, value) in manifest.Tags) Add($"tag {key}", value);
        if (manifest.Preprocessing is { } p)
        {
            Add("Resize", p.Resize?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Add("Crop", p.Crop?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Add("Mean", string.Join(", ", p.Mean.Select(Figures.Number)));
            Add("Deviation", string.Join(", ", p.Std.Select(Figures.Number)));
            Add("Layout", p.Layout);
        }

        Unknown("preprocessing ", manifest.Preprocessing);
        Unknown("lineage ", manifest.Lineage);
        Unknown("data set ", manifest.Lineage?.Dataset);
        foreach (var file in manifest.Files) Unknown($"{file.Path} ", file);
        Unknown("", manifest);
        return fields;
    }

    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
