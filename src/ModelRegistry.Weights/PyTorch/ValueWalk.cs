using System.Globalization;

namespace ModelRegistry.Weights.PyTorch;

/// <summary>
/// Goes through what a pickle built and finds its tensors. Uses a stack of its own: a nested list cannot end the process.
/// </summary>
internal sealed class ValueWalk(string where, long budget)
{
    private readonly Stack<Frame> _stack = new();
    private readonly HashSet<object> _onPath = new(ReferenceEqualityComparer.Instance);
    private long _left = budget;

    /// <summary>Called for each <see cref="PickleTensor"/>, <see cref="PickleSparse"/> and <see cref="PickleStorage"/>, as often as it is reached.</summary>
    internal required Action<TensorPath, PickleNode> Found { get; init; }

    /// <summary>Called for each container before its items.</summary>
    internal Action<TensorPath, PickleNode>? Entered { get; init; }

    /// <summary>A container that is not gone into, at this depth: another walk does it.</summary>
    internal (PickleNode Node, int Depth)? Except { get; init; }

    /// <summary>What a pickle of this length may cost to walk: sharing makes a small pickle an endless tree.</summary>
    internal static long BudgetFor(long pickleLength) => 1_000_000 + 64 * pickleLength;

    internal void Walk(object? root, TensorPath path)
    {
        Enter(root, path);
        while (_stack.TryPeek(out var frame))
        {
            if (frame.Next(out var key, out var child))
            {
                Spend(1);
                if (child is PickleNode)
                {
                    Enter(child, frame.Path.Child(key));
                }
            }
            else
            {
                _stack.Pop();
                _onPath.Remove(frame.Node);
            }
        }
    }

    private void Enter(object? value, TensorPath path)
    {
        switch (value)
        {
            case PickleTensor or PickleSparse or PickleStorage:
                Spend(path.Weight);
                Found(path, (PickleNode)value);
                break;
            case PickleNode node and (PickleDict or PickleList or PickleTuple or PickleSet or PickleObject):
                if (Except is { } except && ReferenceEquals(except.Node, node) && except.Depth == path.Depth)
                {
                    return;
                }

                if (_stack.Count >= PickleLimits.Nesting)
                {
                    throw new WeightsFormatException(WeightsCodes.PickleLimit, $"values are nested more than {PickleLimits.Nesting} deep", where);
                }

                if (!_onPath.Add(node))
                {
                    if (node is PickleTuple { Items: [] })
                    {
                        return;
                    }

                    throw new WeightsFormatException(WeightsCodes.PickleCall, $"the container at {Display.Quote(path.ToName())} contains itself", where);
                }

                Entered?.Invoke(path, node);
                _stack.Push(new Frame(node, path));
                break;
        }
    }

    private void Spend(long cost)
    {
        _left -= cost;
        if (_left < 0)
        {
            throw new WeightsFormatException(WeightsCodes.PickleLimit, "values are shared so often that the file describes far more than it holds", where);
        }
    }

    private sealed class Frame(PickleNode node, TensorPath path)
    {
        private int _index;

        internal PickleNode Node { get; } = node;

        internal TensorPath Path { get; } = path;

        internal bool Next(out TensorKey key, out object? child)
        {
            var index = _index++;
            (var found, key, child) = Node switch
            {
                PickleDict dict when index < dict.Items.Count => (true, TensorPath.KeyOf(dict.Items[index].Key), dict.Items[index].Value),
                PickleList list when index < list.Items.Count => (true, Index(index), list.Items[index]),
                PickleTuple tuple when index < tuple.Items.Length => (true, Index(index), tuple.Items[index]),
                PickleSet set when index < set.Items.Count => (true, Index(index), set.Items[index]),
                PickleObject { State: PickleDict state } when index < state.Items.Count => (true, Attribute(state.Items[index].Key), state.Items[index].Value),
                PickleObject { State: not PickleDict and not null } instance when index == 0 => (true, new TensorKey(TensorKeyKind.Attribute, "state"), instance.State),
                _ => (false, default, null),
            };
            return found;
        }

        private static TensorKey Index(int index) => new(TensorKeyKind.Index, index.ToString(CultureInfo.InvariantCulture));

        private static TensorKey Attribute(object? key) => TensorPath.KeyOf(key) with { Kind = TensorKeyKind.Attribute };
    }
}
