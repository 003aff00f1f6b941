using ModelRegistry.Dashboard.Charts;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Families;

/// <summary>What a family's page shows.</summary>
public sealed record FamilyView
{
    public required FamilyFacts Family { get; init; }

    public required FamilyRequest Request { get; init; }

    /// <summary>The metric of the chart; null where no version has one.</summary>
    public string? Metric { get; init; }

    public MetricChart? Chart { get; init; }

    public MetricChart? SlimChart { get; init; }

    /// <summary>The metrics of the table.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    public required IReadOnlyList<VersionRow> Rows { get; init; }

    /// <summary>How many versions the switches leave.</summary>
    public required int Count { get; init; }

    public required int Pages { get; init; }

    public required IReadOnlyList<AuditEvent> Activity { get; init; }

    public required bool HasCard { get; init; }

    public int Verified => Family.Versions.Count(v => v.Standing == VerificationStanding.Passed);

    /// <summary>What keeps the others from being verified, for the newest of them.</summary>
    public string VerifiedNote
    {
        get
        {
            var open = Family.Versions.Where(v => v.Standing != VerificationStanding.Passed).ToList();
            if (Family.Versions.Count == 0) return "no versions";
            if (open.Count == 0) return "every version loads and runs";
            if (open.Count > 1 && Family.Versions.All(v => v.Standing == VerificationStanding.None)) return "none was run yet";
            var first = open[0];
            var what = first.Standing switch { VerificationStanding.Failed => "failed", VerificationStanding.OtherFiles => "was verified for other bytes", _ => first.Yank is not null ? "is yanked and was not run" : "was not run" };
            return open.Count == 1 ? $"{first.Manifest.Version} {what}" : $"{first.Manifest.Version} {what}, and {open.Count - 1} more";
        }
    }
}

/// <summary>One version in the table.</summary>
public sealed record VersionRow
{
    public required IndexedVersion Version { get; init; }

    public required IReadOnlyList<VersionLabel> Labels { get; init; }

    /// <summary>The metrics of the columns with the change since the version before.</summary>
    public required IReadOnlyList<MetricCell> Metrics { get; init; }

    /// <summary>Another version with the same weights; null where they are its own.</summary>
    public string? SameWeightsAs { get; init; }
}

public sealed record MetricCell(string Name, double? Value, double? Change, bool? IsBetter);
