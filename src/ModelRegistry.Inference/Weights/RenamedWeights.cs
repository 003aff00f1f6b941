namespace ModelRegistry.Inference.Weights;

/// <summary>A state dict under other names: those that an architecture asks for.</summary>
internal sealed class RenamedWeights : IWeightSource
{
    private readonly IWeightSource _source;
    private readonly Dictionary<string, string> _original = new(StringComparer.Ordinal);

    /// <param name="source">The state dict.</param>
    /// <param name="rename">The name of each key; null leaves the tensor out.</param>
    /// <exception cref="InferenceException">MR0626: two keys get one name.</exception>
    internal RenamedWeights(IWeightSource source, Func<string, string?> rename)
    {
        _source = source;
        foreach (var key in source.Keys)
        {
            if (rename(key) is not { } name)
                continue;
            if (!_original.TryAdd(name, key))
            {
                throw new InferenceException(
                    InferenceCodes.RenameCollision,
                    $"'{DisplayText.Escape(_original[name])}' and '{DisplayText.Escape(key)}' would both be called '{DisplayText.Escape(name)}'",
                    hint: "make the rules of 'rename' tell them apart");
            }
        }
    }

    public IReadOnlyCollection<string> Keys => _original.Keys;

    /// <summary>The key in the file behind a name.</summary>
    internal string Original(string name) => _original[name];

    public IReadOnlyList<long>? Shape(string key) => _original.TryGetValue(key, out var original) ? _source.Shape(original) : null;

    public ReadOnlySpan<float> Values(string key) => _source.Values(_original[key]);
}
