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

    /// <summary>
    /// Elements of all parameters in this module and below, as <c>sum(p.numel() for p in model.parameters())</c> counts them: without buffers.
    /// </summary>
    public required long ParameterCount { get; init; }

    /// <summary>
    /// Elements of all buffers in this module and below. TorchScript says what is one; a state dict does not, and there the running statistics of
    /// normalisations count, and whole numbers and truth values of indices and masks, which no optimiser could train.
    /// </summary>
    public required long BufferCount { get; init; }

    /// <summary>Tensors in this module and below.</summary>
    public required int TensorCount { get; init; }

    /// <summary>Bytes of all tensors in this module and below.</summary>
    public required long ByteLength { get; init; }

    /// <summary>Tensors of this module itself, in file order.</summary>
    public required ImmutableArray<Tensor> Tensors { get; init; }

    /// <summary>Modules directly below, in file order.</summary>
    public required ImmutableArray<ModuleNode> Children { get; init; }
}
