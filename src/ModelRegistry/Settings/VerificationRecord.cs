using System.Collections.Immutable;
using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary><c>verifications/VERSION.json</c>: the last verification of a version.</summary>
public sealed record VerificationRecord : Extensible
{
    /// <summary>What ran it.</summary>
    public required string Engine { get; init; }

    /// <summary>Its version; null in records of before it was written down.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>Whether every check passed.</summary>
    public required bool Passed { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public string? By { get; init; }

    /// <summary>Digest by path of every file it holds for.</summary>
    public required ImmutableSortedDictionary<string, Digest> Files { get; init; }

    /// <summary>What was checked.</summary>
    public ImmutableArray<VerificationCheck> Checks { get => field.IsDefault ? [] : field; init; }

    /// <summary>Times in milliseconds, by step.</summary>
    public ImmutableSortedDictionary<string, double> Timings { get => field ?? Manifest.NoMetrics; init; }

    /// <summary>Whether it passed and holds for exactly the files of this manifest.</summary>
    public bool Covers(Manifest manifest) =>
        Passed && Files.Count == manifest.Files.Length
        && manifest.Files.All(f => Files.TryGetValue(f.Path.Value, out var digest) && digest == f.Digest);
}

/// <summary>One check of a verification.</summary>
public sealed record VerificationCheck : Extensible
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it passed.</summary>
    public required bool Passed { get; init; }

    /// <summary>What was seen.</summary>
    public string? Detail { get; init; }
}
