namespace ModelRegistry.Dashboard.Layers;

/// <summary>The modules of a weights file, without the file: what pages show of it.</summary>
public sealed record LayerTree
{
    public required string Format { get; init; }

    public required LayerNode Root { get; init; }

    public required int TensorCount { get; init; }

    /// <summary>Every tensor in file order.</summary>
    public required IReadOnlyList<LayerTensor> Tensors { get; init; }

    /// <summary>Bytes of all tensors by element type, the largest first.</summary>
    public required IReadOnlyList<(string DType, long Bytes)> ByType { get; init; }

    /// <summary>The node of a dotted path; null where there is none.</summary>
    public LayerNode? Find(string path)
    {
        var node = Root;
        while (node.Path != path)
        {
            node = node.Children.FirstOrDefault(c => path == c.Path || path.StartsWith(c.Path + ".", StringComparison.Ordinal));
            if (node is null) return null;
        }

        return node;
    }
}

/// <summary>One module.</summary>
public sealed record LayerNode
{
    public required string Name { get; init; }

    public required string Path { get; init; }

    /// <summary>What it is, in words: <c>convolution</c>, <c>2 blocks</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The shape of its weight; null where it has none of its own.</summary>
    public string? Shape { get; init; }

    public required long Parameters { get; init; }

    public required int TensorCount { get; init; }

    public required long Bytes { get; init; }

    public required IReadOnlyList<LayerNode> Children { get; init; }

    public required IReadOnlyList<LayerTensor> Tensors { get; init; }

    /// <summary>Equal for modules that hold the same tensors in the same places.</summary>
    public required string Pattern { get; init; }
}

/// <summary>One tensor.</summary>
public sealed record LayerTensor(string Name, string ShortName, string DType, IReadOnlyList<long> Dimensions, string Shape, long Elements, long Bytes, long? Offset);
