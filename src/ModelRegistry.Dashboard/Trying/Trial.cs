using System.Collections.Immutable;
using ModelRegistry.Verification;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>What a version was given and what it said to it. Kept for a while, so that its pages and pictures can be asked for.</summary>
public sealed record Trial
{
    public required string Id { get; init; }

    public required ModelId Model { get; init; }

    /// <summary>One for each input of the model.</summary>
    public required IReadOnlyList<TrialInput> Inputs { get; init; }

    public required ImmutableArray<TopClass> Top { get; init; }

    public required ImmutableSortedDictionary<string, double> Timings { get; init; }

    public required double QueuedMilliseconds { get; init; }

    public required double LoadedMilliseconds { get; init; }

    public required IReadOnlyList<TensorData> Outputs { get; init; }

    /// <summary>What the network got for each input.</summary>
    public required IReadOnlyList<SeenInput> Seen { get; init; }

    /// <summary>An output that is a picture.</summary>
    public byte[]? Made { get; init; }

    /// <summary>A segmentation, and how much of it each class has.</summary>
    public byte[]? Segments { get; init; }

    public IReadOnlyList<SegmentShare> Shares { get; init; } = [];

    /// <summary>Whether the first class is no clear answer: below a half, or hardly before the second.</summary>
    public bool IsUnsure => Top.Length > 0 && (Top[0].Probability < 0.5 || (Top.Length > 1 && Top[0].Probability - Top[1].Probability < 0.05));
}

/// <summary>What a class has of a segmentation.</summary>
/// <param name="Label">Its name, or its number where it has none.</param>
/// <param name="Colour">Its colour in the picture, as <c>#RRGGBB</c>.</param>
/// <param name="Share">Its part of all pixels.</param>
public sealed record SegmentShare(string Label, string Colour, double Share);

/// <summary>An input as the network got it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Type and shape.</param>
/// <param name="Picture">The tensor as a picture; null where it is none.</param>
public sealed record SeenInput(string Name, string Shape, byte[]? Picture);
