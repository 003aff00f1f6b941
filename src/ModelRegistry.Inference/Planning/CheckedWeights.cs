using System.Collections.Concurrent;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Planning;

/// <summary>The state dict of a network whose keys and shapes are known to fit. Notes tensors that hold NaN or infinity.</summary>
internal sealed class CheckedWeights
{
    private readonly IWeightSource _source;
    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);

    internal CheckedWeights(IWeightSource source) => _source = source;

    /// <summary>Bytes of all tensors as float32.</summary>
    internal long Bytes => _source.Keys.Sum(key => checked(sizeof(float) * _source.Shape(key)!.Aggregate(1L, (product, size) => checked(product * size))));

    internal int[] Shape(string key) => [.. _source.Shape(key)!.Select(size => checked((int)size))];

    internal ReadOnlySpan<float> Values(string key)
    {
        var values = _source.Values(key);
        if (!_seen.ContainsKey(key))
            _seen[key] = FiniteCheck.HasNonFinite(values);
        return values;
    }

    /// <exception cref="InferenceException">MR0613: a tensor read so far holds NaN or infinity; all such are named.</exception>
    internal void RefuseNonFinite()
    {
        var names = _seen.Where(entry => entry.Value).Select(entry => DisplayText.Escape(entry.Key)).Order(StringComparer.Ordinal).ToList();
        if (names.Count > 0)
        {
            throw new InferenceException(
                InferenceCodes.WeightsNotFinite,
                $"{names.Count} tensor(s) hold NaN or infinity: {string.Join(", ", names.Take(10))}{(names.Count > 10 ? $" and {names.Count - 10} more" : "")}",
                hint: "the training diverged, or the file is damaged");
        }
    }
}
