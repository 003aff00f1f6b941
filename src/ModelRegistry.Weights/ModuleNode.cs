using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>One module of a network, with what it holds. The root has an empty name.</summary>
public sealed record ModuleNode
{
    /// <summary>Name within the parent, e.g. <c>conv1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Dotted path from the root, e.g. <c>layer1.0.conv1</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The class, where the file names it (TorchScript); null otherwise.</summary>
    public string? TypeName { get; init; }

    /// <summary>Elements of all tensors in this module and below; buffers are left out where the file tells them apart.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Tensors in this module and below.</summary>
    public required int TensorCount { get; init; }

    /// <summary>Bytes of all tensors in this module and below.</summary>
    public required long ByteLength { get; init; }

    /// <summary>Tensors of this module itself, in file order.</summary>
    public required ImmutableArray<Tensor> Tensors { get; init; }

    /// <summary>Modules directly below, in file order.</summary>
    public required ImmutableArray<ModuleNode> Children { get; init; }
}
