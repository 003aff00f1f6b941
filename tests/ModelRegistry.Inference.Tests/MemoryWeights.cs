using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Tests;

/// <summary>A state dict in memory, to be altered at will.</summary>
internal sealed class MemoryWeights : IWeightSource
{
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Keys => _tensors.Keys;

    public IReadOnlyList<long>? Shape(string key) => _tensors.TryGetValue(key, out var tensor) ? tensor.Shape : null;

    public ReadOnlySpan<float> Values(string key) => _tensors[key].Values;

    internal static MemoryWeights CopyOf(IWeightSource source)
    {
        var copy = new MemoryWeights();
        foreach (var key in source.Keys)
            copy._tensors.Add(key, ([.. source.Shape(key)!], source.Values(key).ToArray()));
        return copy;
    }

    /// <summary>The networks whose narrow weights are committed.</summary>
    internal static IEnumerable<string> GoldenNames => Architecture.BuiltIn.Where(name => File.Exists(Fixtures.At("goldens", name + ".json")));

    internal static MemoryWeights OfGolden(string name)
    {
        var golden = Goldens.Golden.Read(Fixtures.At("goldens", name + ".json"));
        using var file = ModelRegistry.Weights.WeightsFile.Open(Fixtures.At("goldens", golden.Weights));
        return CopyOf(new WeightsFileSource(file));
    }

    /// <summary>Adds a tensor of values that differ from each other.</summary>
    internal MemoryWeights With(string key, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (i * 37 % 19 - 9) / 10f;
        _tensors[key] = (shape, values);
        return this;
    }

    internal MemoryWeights With(string key, long[] shape, float[] values)
    {
        _tensors[key] = (shape, values);
        return this;
    }

    internal MemoryWeights Without(string key)
    {
        _tensors.Remove(key);
        return this;
    }

    internal MemoryWeights Renamed(Func<string, string> rename)
    {
        var copy = new MemoryWeights();
        foreach (var (key, tensor) in _tensors)
            copy._tensors.Add(rename(key), tensor);
        return copy;
    }

    internal MemoryWeights Reshaped(string key, params long[] shape)
    {
        _tensors[key] = (shape, _tensors[key].Values);
        return this;
    }

    internal MemoryWeights Poisoned(string key, float value)
    {
        _tensors[key].Values[^1] = value;
        return this;
    }

    internal MemoryWeights Squared(string key)
    {
        foreach (ref var value in _tensors[key].Values.AsSpan())
            value = value * value + 0.1f;
        return this;
    }
}
