using ModelRegistry.Dashboard.Charts;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Families;

/// <summary>Makes a family's page.</summary>
public sealed class FamilyQuery(RegistryReader reader, AuditReader audit, CardReader cards)
{
    private const int UsualColumns = 4, LongestUsualName = 20, ShownActivity = 6;

    public FamilyView Run(ModelName name, FamilyRequest request, Links links, CancellationToken cancellation)
    {
        var family = reader.Get(name, cancellation);
        var metric = request.Metric is { } wanted && family.Metrics.Contains(wanted) ? wanted : family.Metrics.Count > 0 ? family.Metrics[0] : null;
        IReadOnlyList<string> columns = request.Columns.Length > 0 ? [.. request.Columns.Where(family.Metrics.Contains)] : Usual(family);
        var chosen = family.Versions.Where(v => !(request.HideYanked && v.Yank is not null) && !(request.HidePrerelease && v.Manifest.Version.IsPrerelease)).ToList();
        var ordered = Order(chosen, request);
        var pages = Math.Max(1, (ordered.Count + FamilyRequest.PageSize - 1) / FamilyRequest.PageSize);
        var page = Math.Min(request.Page, pages);
        var shown = links.IsExport ? ordered : [.. ordered.Skip((page - 1) * FamilyRequest.PageSize).Take(FamilyRequest.PageSize)];
        var before = BeforeEach(family);
        var twins = Twins(family);
        return new FamilyView
        {
            Family = family,
            Request = request with { Page = page },
            Metric = metric,
            Chart = metric is null ? null : MetricChart.Of(family, metric, links, slim: false),
            SlimChart = metric is null ? null : MetricChart.Of(family, metric, links, slim: true),
            Columns = columns,
            Rows = [.. shown.Select(v => Row(family, v, columns, before, twins))],
            Count = ordered.Count,
            Pages = links.IsExport ? 1 : pages,
            Activity = [.. audit.Of(name.Value, cancellation).Take(ShownActivity)],
            HasCard = cards.Exists(name),
        };
    }

    // What the family is judged by, then what its latest version has; a very long name would push the rest out of the table.
    private static List<string> Usual(FamilyFacts family) =>
        [.. family.Metrics.Take(1), .. family.Metrics.Skip(1).Where(m => m.Length <= LongestUsualName).OrderBy(m => family.Shown?.Manifest.Metrics.ContainsKey(m) == true ? 0 : 1).Take(UsualColumns - 1)];

    private static VersionRow Row(FamilyFacts family, IndexedVersion version, IReadOnlyList<string> columns, Dictionary<IndexedVersion, IndexedVersion> before, Dictionary<Digest, string> twins)
    {
        var weights = version.Manifest.Files.FirstOrDefault(f => f.Role == FileRoles.Weights)?.Digest;
        return new VersionRow
        {
            Version = version,
            Labels = family.Labels(version),
            Metrics = [.. columns.Select(c => Cell(family, c, version, before.GetValueOrDefault(version)))],
            SameWeightsAs = weights is not null && twins.TryGetValue(weights, out var first) && first != version.Manifest.Version.Value ? first : null,
        };
    }

    /// <summary>A metric of a version and how it changed since another.</summary>
    public static MetricCell Cell(FamilyFacts family, string metric, IndexedVersion version, IndexedVersion? before)
    {
        double? value = version.Manifest.Metrics.TryGetValue(metric, out var v) ? v : null;
        double? old = before?.Manifest.Metrics.TryGetValue(metric, out var b) == true ? b : null;
        var change = value - old;
        return new MetricCell(metric, value, change, change is null or 0 or double.NaN ? null : family.Direction(metric).IsBetter(value!.Value, old!.Value));
    }

    private static Dictionary<IndexedVersion, IndexedVersion> BeforeEach(FamilyFacts family)
    {
        var before = new Dictionary<IndexedVersion, IndexedVersion>(ReferenceEqualityComparer.Instance);
        IndexedVersion? last = null;
        foreach (var version in family.ByTime)
        {
            if (last is not null) before[version] = last;
            if (version.Yank is null) last = version;
        }

        return before;
    }

    /// <summary>The first version that has each set of weights, where more than one has it.</summary>
    private static Dictionary<Digest, string> Twins(FamilyFacts family)
    {
        var first = new Dictionary<Digest, string>();
        foreach (var version in family.ByTime)
        {
            if (version.Manifest.Files.FirstOrDefault(f => f.Role == FileRoles.Weights)?.Digest is { } digest) first.TryAdd(digest, version.Manifest.Version.Value);
        }

        return first;
    }

    private static List<IndexedVersion> Order(List<IndexedVersion> versions, FamilyRequest request)
    {
        IEnumerable<IndexedVersion> ordered = request.Sort switch
        {
            "version" => versions.OrderByDescending(v => v.Manifest.Version),
            "date" => versions.OrderByDescending(v => v.Manifest.CreatedAt).ThenByDescending(v => v.Manifest.Version),
            var metric => versions.OrderByDescending(v => v.Manifest.Metrics.TryGetValue(metric, out var value) && !double.IsNaN(value) ? value : double.NegativeInfinity).ThenByDescending(v => v.Manifest.Version),
        };
        return request.Ascending ? [.. ordered.Reverse()] : [.. ordered];
    }
}
