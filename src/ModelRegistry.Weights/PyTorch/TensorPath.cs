using System.Collections.Immutable;
using System.Text;

namespace ModelRegistry.Weights.PyTorch;

/// <summary>A way from the root, held as a chain so that siblings share what is above them.</summary>
internal sealed class TensorPath
{
    private readonly TensorPath? _parent;
    private readonly TensorKey _key;

    private TensorPath(TensorPath? parent, TensorKey key, int depth) => (_parent, _key, Depth) = (parent, key, depth);

    internal static TensorPath Root { get; } = new(null, default, 0);

    internal int Depth { get; }

    internal TensorPath? Parent => _parent;

    internal TensorKey Key => _key;

    internal TensorPath Child(TensorKey key) => new(this, key, Depth + 1);

    /// <summary>Characters the name will have at least; what a hostile file could blow up by sharing long keys.</summary>
    internal long Weight
    {
        get
        {
            long weight = 0;
            for (var path = this; path._parent is not null; path = path._parent)
            {
                weight += path._key.Text.Length + 16;
            }

            return weight;
        }
    }

    internal ImmutableArray<TensorKey> ToKeyPath()
    {
        var keys = new TensorKey[Depth];
        for (var path = this; path._parent is not null; path = path._parent)
        {
            keys[path.Depth - 1] = path._key;
        }

        return ImmutableArray.Create(keys);
    }

    /// <summary>Dotted, escaped, without the first <paramref name="skip"/> steps.</summary>
    internal string ToName(int skip = 0)
    {
        if (Depth == skip + 1)
        {
            return Display.Escape(_key.Text);
        }

        var builder = new StringBuilder();
        foreach (var key in ToKeyPath().AsSpan()[Math.Min(skip, Depth)..])
        {
            builder.Append(builder.Length > 0 ? "." : "").Append(key.Text);
        }

        return Display.Escape(builder.ToString());
    }

    internal static TensorKey KeyOf(object? key) => key switch
    {
        string text => new(TensorKeyKind.Name, text),
        long number => new(TensorKeyKind.Integer, number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        bool flag => new(TensorKeyKind.Other, flag ? "True" : "False"),
        double number => new(TensorKeyKind.Other, number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        PickleGlobal global => new(TensorKeyKind.Other, global.Name),
        PickleOpaque opaque => new(TensorKeyKind.Other, opaque.What),
        PickleConstant constant => new(TensorKeyKind.Other, constant.Text),
        PickleTuple => new(TensorKeyKind.Other, "(tuple)"),
        null => new(TensorKeyKind.Other, "None"),
        _ => new(TensorKeyKind.Other, "(key)"),
    };
}
