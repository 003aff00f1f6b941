namespace ModelRegistry.Dashboard.Reading;

/// <summary>The last items that were asked for, by key.</summary>
internal sealed class RecentItems<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(TKey Key, TValue Value)> _order = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _items = [];

    public TValue Get(TKey key, Func<TValue> make) => TryGet(key, make)!;

    /// <summary>The item; where it is not kept it is made, and kept unless it is null. Two who ask at once may both make it.</summary>
    public TValue? TryGet(TKey key, Func<TValue?> make)
    {
        lock (_lock)
        {
            if (_items.TryGetValue(key, out var known))
            {
                _order.Remove(known);
                _order.AddFirst(known);
                return known.Value.Value;
            }
        }

        var made = make();
        if (made is null) return null;
        lock (_lock)
        {
            if (_items.ContainsKey(key)) return made;
            _items[key] = _order.AddFirst((key, made));
            if (_items.Count > capacity)
            {
                _items.Remove(_order.Last!.Value.Key);
                _order.RemoveLast();
            }

            return made;
        }
    }
}
