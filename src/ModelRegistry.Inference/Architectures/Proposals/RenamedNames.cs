using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>
/// The file's tensors under the names that operations look for: <c>key.weight</c>, <c>key.bias</c>. Where the file has others, as exporters
/// write them, a name is made and a rule of <c>rename</c> leads to it.
/// </summary>
internal sealed class RenamedNames(IWeightSource weights) : IWeightSource
{
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Role, string Tensor)[]> _keys = new(StringComparer.Ordinal);

    /// <summary>The names that were made, by the key that they belong to.</summary>
    internal Dictionary<string, List<(string From, string To)>> Renames { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Keys => weights.Keys;

    public IReadOnlyList<long>? Shape(string key) => weights.Shape(_sources.GetValueOrDefault(key, key));

    public ReadOnlySpan<float> Values(string key) => weights.Values(_sources.GetValueOrDefault(key, key));

    /// <summary>Whether one of the keys takes a tensor, or ignores it as training's own.</summary>
    internal bool IsUsed(string tensor, HashSet<string> keys) =>
        keys.Any(key => _keys[key].Any(taken => taken.Tensor == tensor))
        || (tensor.EndsWith(".num_batches_tracked", StringComparison.Ordinal) && keys.Contains(tensor[..^".num_batches_tracked".Length]));

    /// <summary>The key by which an operation finds these tensors.</summary>
    /// <returns>Null where one of them bears another operation's name already: then the operation takes them as values.</returns>
    internal string? KeyFor(IReadOnlyList<(string Role, string Tensor)> tensors)
    {
        if (tensors is [("", var whole)])
        {
            _keys.TryAdd(NameOf(whole), [.. tensors]);
            return NameOf(whole);
        }

        if (tensors is [(var role, var only)] && _targets.TryGetValue(only, out var target)) return target.EndsWith($".{role}", StringComparison.Ordinal) ? target[..^(role.Length + 1)] : null;
        if (_keys.FirstOrDefault(known => known.Value.SequenceEqual(tensors)).Key is { } before) return before;
        if (tensors.Any(pair => _targets.ContainsKey(pair.Tensor))) return null;
        var key = Natural(tensors) ?? Made(tensors);
        if (key is not null) _keys.TryAdd(key, [.. tensors]);
        return key;
    }

    /// <summary>The name of a tensor of the file after the rules.</summary>
    internal string NameOf(string tensor) => _targets.GetValueOrDefault(tensor, tensor);

    private static string? Natural(IReadOnlyList<(string Role, string Tensor)> tensors)
    {
        var (role, tensor) = tensors[0];
        if (!tensor.EndsWith($".{role}", StringComparison.Ordinal)) return null;
        var key = tensor[..^(role.Length + 1)];
        return key.AsSpan().IndexOfAny('{', '}') < 0 && tensors.All(pair => pair.Tensor == $"{key}.{pair.Role}") ? key : null;
    }

    private string? Made(IReadOnlyList<(string Role, string Tensor)> tensors)
    {
        // What an operation has by its own name already, and what stands here twice, has no second one.
        if (tensors.Any(pair => _keys.Values.Any(taken => taken.Any(one => one.Tensor == pair.Tensor))) || tensors.DistinctBy(pair => pair.Tensor).Count() < tensors.Count) return null;
        var stem = tensors[0].Tensor;
        stem = stem.EndsWith($".{tensors[0].Role}", StringComparison.Ordinal) ? stem[..^(tensors[0].Role.Length + 1)] : stem;
        var key = string.Concat(stem.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '_')).Trim('.');
        // Names that the file has are not taken again, nor one that was made before.
        while (_keys.ContainsKey(key) || tensors.Any(pair => weights.Shape($"{key}.{pair.Role}") is not null)) key += "_";
        Renames[key] = [.. tensors.Select(pair => (pair.Tensor, $"{key}.{pair.Role}"))];
        foreach (var (tensor, target) in Renames[key]) (_targets[tensor], _sources[target]) = (target, tensor);
        return key;
    }
}
