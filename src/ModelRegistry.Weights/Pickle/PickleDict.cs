namespace ModelRegistry.Weights.Pickle;

/// <summary>The kinds of dictionary a pickle may build.</summary>
internal enum PickleDictKind
{
    Plain,
    Ordered,
    Counter,
    Default,
}

/// <summary>A dictionary in order of insertion.</summary>
internal sealed class PickleDict(PickleDictKind kind) : PickleNode
{
    private HashSet<object>? _keys;

    internal PickleDictKind Kind { get; } = kind;

    internal List<KeyValuePair<object?, object?>> Items { get; } = [];

    /// <summary>
    /// Adds an item. A pickler never writes a key twice; a reader that kept the other one would see another model.
    /// </summary>
    /// <returns>False when the key is there already.</returns>
    internal bool TryAdd(object? key, object? value)
    {
        if (key is string or long or bool)
        {
            // True and 1 are one key in Python.
            var comparable = key is bool flag ? (flag ? 1L : 0L) : key;
            if (!(_keys ??= new(SeededComparer.Instance)).Add(comparable))
            {
                return false;
            }
        }

        Items.Add(new(key, value));
        return true;
    }

    internal object? Find(string key)
    {
        foreach (var item in Items)
        {
            if (item.Key is string name && name == key)
            {
                return item.Value;
            }
        }

        return null;
    }
}
