namespace ModelRegistry.Weights.Pickle;

/// <summary>
/// What a pickle builds here is data only: these nodes, and boxed <see cref="bool"/>, <see cref="long"/>,
/// <see cref="System.Numerics.BigInteger"/>, <see cref="double"/>, <see cref="string"/>, <see cref="byte"/>[] and null for None.
/// </summary>
internal abstract class PickleNode;

internal sealed class PickleTuple(object?[] items) : PickleNode
{
    internal static readonly PickleTuple Empty = new([]);
    private long[]? _integers;

    /// <summary>Whether Python can hash it: as all its items can be. Known when it is made, since tuples never change.</summary>
    internal bool IsHashable { get; } = Array.TrueForAll(items, PickleHash.IsHashable);

    internal object?[] Items { get; } = items;

    /// <summary>The items when all are integers and no more than a tensor has dimensions, else null. Made once: tuples are shared.</summary>
    internal long[]? Integers => _integers ??= AsIntegers();

    private long[]? AsIntegers() =>
        Items.Length <= WeightsLimits.Rank && Array.TrueForAll(Items, i => i is long) ? Array.ConvertAll(Items, i => (long)i!) : null;
}

/// <summary>What may be a key of a dictionary or an item of a set: no loader can build one of anything else.</summary>
internal static class PickleHash
{
    internal static bool IsHashable(object? value) => value switch
    {
        PickleTuple tuple => tuple.IsHashable,
        PickleSet set => set.IsFrozen,
        PickleList or PickleDict => false,
        _ => true,
    };
}

internal sealed class PickleList : PickleNode
{
    internal List<object?> Items { get; } = [];
}

/// <summary>A set or frozenset: order of insertion, not made unique, never looked up.</summary>
internal sealed class PickleSet : PickleNode
{
    internal bool IsFrozen { get; init; }

    internal List<object?> Items { get; } = [];
}

/// <summary>A name the pickle asked for that is on the allow-list.</summary>
internal sealed class PickleGlobal(string name, PickleRole role, DType? dtype) : PickleNode
{
    internal string Name { get; } = name;

    internal PickleRole Role { get; } = role;

    internal DType? DType { get; } = dtype;
}

/// <summary>A value that is not built: only that it is there is known.</summary>
internal sealed class PickleOpaque(string what) : PickleNode
{
    internal string What { get; } = what;
}

/// <summary>A plain value outside pickle's own types: <c>torch.device('cpu')</c>, a layout, a complex number.</summary>
internal sealed class PickleConstant(string kind, string text) : PickleNode
{
    internal string Kind { get; } = kind;

    internal string Text { get; } = text;
}

/// <summary>An instance of a TorchScript class, which the archive's own code describes.</summary>
internal sealed class PickleObject(string typeName) : PickleNode
{
    internal string TypeName { get; } = typeName;

    internal object? State { get; set; }
}

/// <summary>A storage by its persistent id.</summary>
internal sealed class PickleStorage : PickleNode
{
    internal required DType DType { get; init; }

    /// <summary>Bytes per unit of <see cref="Count"/>: PyTorch counts a storage of packed elements in bytes.</summary>
    internal int ElementSize => Math.Max(1, DType.BytesPerElement());

    internal required string Key { get; init; }

    internal required long Count { get; init; }

    /// <summary>A part of the storage (legacy files): key of the part, first element, elements.</summary>
    internal (string Key, long Offset, long Count)? View { get; init; }

    internal required long Position { get; init; }
}

/// <summary>A tensor as its rebuild function was called.</summary>
internal sealed class PickleTensor : PickleNode
{
    /// <summary>Null for a meta tensor.</summary>
    internal required PickleStorage? Storage { get; init; }

    internal required DType DType { get; init; }

    internal required long Offset { get; init; }

    internal required long[] Shape { get; init; }

    internal required long[] Strides { get; init; }

    internal required long Position { get; init; }

    internal bool IsParameter { get; init; }

    /// <summary>Scheme, then scale and zero point, or scales, zero points and axis.</summary>
    internal object?[]? Quantizer { get; init; }

    internal PickleTensor AsParameter() => new()
    {
        Storage = Storage,
        DType = DType,
        Offset = Offset,
        Shape = Shape,
        Strides = Strides,
        Position = Position,
        Quantizer = Quantizer,
        IsParameter = true,
    };
}

/// <summary>A sparse tensor: its dense parts, by the names PyTorch gives them.</summary>
internal sealed class PickleSparse(string layout, (string Name, PickleTensor Part)[] parts, long[] shape) : PickleNode
{
    internal string Layout { get; } = layout;

    internal (string Name, PickleTensor Part)[] Parts { get; } = parts;

    internal long[] Shape { get; } = shape;
}
