using ModelRegistry.Shared;

namespace ModelRegistry.Inference;

/// <summary>How a state dict differs from what the architecture asks for.</summary>
/// <param name="Missing">Keys the architecture asks for and the file lacks.</param>
/// <param name="Unexpected">Keys of the file that no node asks for.</param>
/// <param name="Misshapen">One sentence for each tensor of another shape: key, its shape, the expected one with <c>?</c> for any.</param>
public sealed record StateDictDifference(
    IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<string> Misshapen)
{
    private const int MostPairs = 5;
    private const int MostCompared = 500;

    /// <summary>Whether every key and shape is accounted for.</summary>
    public bool IsEmpty => Missing.Count + Unexpected.Count + Misshapen.Count == 0;

    /// <summary>
    /// The first missing keys, each beside the unexpected one that is written most like it: what a typing mistake or
    /// another naming looks like. At most five, none where nothing is alike.
    /// </summary>
    public IReadOnlyList<(string Missing, string Unexpected)> NearestPairs =>
    [
        .. Missing.Take(MostPairs)
            .Select(missing => (missing, NearNames.Nearest(missing, Unexpected.Take(MostCompared))))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => (pair.missing, pair.Item2!)),
    ];

    /// <summary>Whether the network could not be followed to its end, so that there may be more.</summary>
    internal bool IsPartial { get; init; }

    /// <summary>How far the two are apart, for the nearest of several attempts.</summary>
    internal int Distance => IsPartial ? int.MaxValue : Missing.Count + Unexpected.Count + Misshapen.Count;
}
