using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>The names an expression can see, and the tensors it can ask about.</summary>
internal sealed class ExpressionScope
{
    private readonly ExpressionScope? _parent;
    private readonly Dictionary<string, ExpressionValue> _names = new(StringComparer.Ordinal);
    private readonly IWeightSource _weights;
    private readonly Action<string> _missingKey;

    /// <param name="weights">The state dict that <c>dim</c>, <c>rank</c>, <c>has</c> and <c>count</c> look at.</param>
    /// <param name="missingKey">Told each key that <c>dim</c> or <c>rank</c> needs and the state dict lacks.</param>
    internal ExpressionScope(IWeightSource weights, Action<string> missingKey)
    {
        _weights = weights;
        _missingKey = missingKey;
    }

    private ExpressionScope(ExpressionScope parent)
        : this(parent._weights, parent._missingKey) => _parent = parent;

    /// <summary>A scope that sees this one's names too: the body of a loop or a module.</summary>
    internal ExpressionScope Nested() => new(this);

    internal void Define(string name, ExpressionValue value) => _names[name] = value;

    internal ExpressionValue Lookup(string name)
    {
        for (var scope = this; scope is not null; scope = scope._parent)
        {
            if (scope._names.TryGetValue(name, out var value))
                return value;
        }

        throw new ExpressionException($"nothing is called '{name}' here");
    }

    internal bool Has(string key) => _weights.Shape(key) is not null;

    /// <summary>The size of one dimension, counted from the end when negative. A missing key is reported, its sizes are unknown.</summary>
    internal ExpressionValue Dimension(string key, long axis)
    {
        var shape = _weights.Shape(key);
        if (shape is null)
        {
            _missingKey(key);
            return UnknownValue.Instance;
        }

        var index = axis < 0 ? axis + shape.Count : axis;
        return index >= 0 && index < shape.Count
            ? new IntegerValue(shape[(int)index])
            : throw new ExpressionException($"tensor '{key}' has {shape.Count} dimensions, so none numbered {axis}");
    }

    internal ExpressionValue Rank(string key)
    {
        if (_weights.Shape(key) is { } shape)
            return new IntegerValue(shape.Count);
        _missingKey(key);
        return UnknownValue.Instance;
    }

    /// <summary>How many keys in a row exist when <c>#</c> in the pattern is replaced by start, start + 1, …</summary>
    internal long Count(string pattern, long start)
    {
        if (pattern.Split('#').Length != 2)
            throw new ExpressionException($"count needs exactly one '#' in '{pattern}'");
        var count = 0L;
        while (count < ArchitectureLimits.ExpansionSteps
            && Has(pattern.Replace("#", new IntegerValue(checked(start + count)).Interpolated(), StringComparison.Ordinal)))
            count++;
        return count;
    }
}
