using System.Collections.Immutable;
using ModelRegistry.Verification;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>One input and what a version said to it. Kept for a while, so that its pages and pictures can be asked for.</summary>
public sealed record Trial
{
    public required string Id { get; init; }

    public required ModelId Model { get; init; }

    public required TrialInput Input { get; init; }

    public required ImmutableArray<TopClass> Top { get; init; }

    public required ImmutableSortedDictionary<string, double> Timings { get; init; }

    public required double QueuedMilliseconds { get; init; }

    public required double LoadedMilliseconds { get; init; }

    /// <summary>The input tensor's type and shape.</summary>
    public required string InputShape { get; init; }

    public required IReadOnlyList<TensorData> Outputs { get; init; }

    /// <summary>The input after preprocessing, as a picture.</summary>
    public byte[]? Seen { get; init; }

    /// <summary>An output that is a picture.</summary>
    public byte[]? Made { get; init; }

    /// <summary>A segmentation, and how much of it each class has.</summary>
    public byte[]? Segments { get; init; }

    public IReadOnlyList<(int Class, double Share)> Shares { get; init; } = [];

    /// <summary>Whether the first class is no clear answer: below a half, or hardly before the second.</summary>
    public bool IsUnsure => Top.Length > 0 && (Top[0].Probability < 0.5 || (Top.Length > 1 && Top[0].Probability - Top[1].Probability < 0.05));
}
