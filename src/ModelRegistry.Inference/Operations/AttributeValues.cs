namespace ModelRegistry.Inference.Operations;

/// <summary>The attributes of one node, checked against the operation's specification.</summary>
internal sealed class AttributeValues
{
    private readonly Dictionary<string, object> _values;

    internal AttributeValues(Operation operation, Dictionary<string, object> given)
    {
        _values = new Dictionary<string, object>(given, StringComparer.Ordinal);
        foreach (var spec in operation.Attributes)
        {
            if (spec.Default is not null)
                _values.TryAdd(spec.Name, spec.Default);
        }
    }

    internal bool Has(string name) => _values.ContainsKey(name);

    internal long Integer(string name) => (long)_values[name];

    internal long? OptionalInteger(string name) => _values.TryGetValue(name, out var value) ? (long)value : null;

    internal (long Height, long Width) Pair(string name) => OptionalPair(name)!.Value;

    internal (long Height, long Width)? OptionalPair(string name) =>
        _values.TryGetValue(name, out var value) && value is long[] pair ? (pair[0], pair[1]) : null;

    /// <summary>One size for each dimension of the operation, however many it has.</summary>
    internal long[] Sizes(string name) => OptionalSizes(name)!;

    internal long[]? OptionalSizes(string name) =>
        _values.TryGetValue(name, out var value) ? value is long[] list ? list : [(long)value] : null;

    internal long[] Integers(string name) => (long[])_values[name];

    internal bool Boolean(string name) => (bool)_values[name];

    internal double Number(string name) => (double)_values[name];

    internal double? OptionalNumber(string name) => _values.TryGetValue(name, out var value) ? (double)value : null;

    internal string Choice(string name) => (string)_values[name];
}
