using System.Collections.Immutable;

namespace ModelRegistry;

/// <summary>What a selector needs to know of a version.</summary>
public sealed record VersionSummary
{
    /// <summary>The version.</summary>
    public required ModelVersion Version { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its metrics, in the order of the file; NaN where the file has no number.</summary>
    public required ImmutableArray<KeyValuePair<string, double>> Metrics { get; init; }

    /// <summary>The digests of its weights.</summary>
    public required ImmutableArray<Digest> Weights { get; init; }

    /// <summary>A metric's value; null where it has no such metric.</summary>
    public double? Metric(string name)
    {
        foreach (var (key, value) in Metrics)
        {
            if (key == name) return value;
        }

        return null;
    }
}
