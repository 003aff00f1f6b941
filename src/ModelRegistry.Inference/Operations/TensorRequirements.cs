using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Operations;

/// <summary>Collects what the graph asks of the state dict: every key, and every difference.</summary>
internal sealed class TensorRequirements
{
    private readonly IWeightSource _weights;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _misshapen = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];
    private readonly HashSet<string> _missingSet = new(StringComparer.Ordinal);

    internal TensorRequirements(IWeightSource weights) => _weights = weights;

    internal long[] Require(string key, long[] expected)
    {
        var shape = _weights.Shape(key);
        if (shape is null)
        {
            Missing(key);
            return UnknownLike(expected);
        }

        _used.Add(key);
        if (Dimension.Compatible(shape, expected))
            return [.. shape];
        _misshapen.TryAdd(key, $"{key} is {Dimension.Show(shape)}, expected {Dimension.Show(expected)}");
        return UnknownLike(expected);
    }

    internal void Tolerate(string key) => _used.Add(key);

    internal void Missing(string key)
    {
        if (_missingSet.Add(key))
            _missing.Add(key);
    }

    /// <summary>Whether a key is missing or misshapen so far.</summary>
    internal bool HasDifference => _missing.Count + _misshapen.Count > 0;

    /// <summary>Differences found so far, when the network could not be followed to its end.</summary>
    internal StateDictDifference PartialDifference() => new([.. _missing], [], [.. _misshapen.Values]) { IsPartial = true };

    /// <summary>Every difference, in the order of the network for missing keys and of the file for unexpected ones.</summary>
    internal StateDictDifference Difference() =>
        new([.. _missing], [.. _weights.Keys.Where(key => !_used.Contains(key))], [.. _misshapen.Values]);

    private static long[] UnknownLike(long[] expected)
    {
        var shape = new long[expected.Length];
        Array.Fill(shape, Dimension.Unknown);
        return shape;
    }
}
