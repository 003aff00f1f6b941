using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>How to write a weights file.</summary>
public sealed record WeightsWriteOptions
{
    /// <summary>The defaults: refuse to overwrite, keep ties, no metadata.</summary>
    public static WeightsWriteOptions Default { get; } = new();

    /// <summary>Replace a file that exists. Default false: it is left alone and the writing fails (MR0570).</summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// Tensors that share memory. Default <see cref="SharedTensors.Refuse"/>; a PyTorch file keeps them shared either
    /// way, unless they view the same bytes as different types.
    /// </summary>
    public SharedTensors SharedTensors { get; init; }

    /// <summary>Strings for <c>__metadata__</c> of a safetensors file; PyTorch files have no place for them. Default none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>What to do with tensors that lie in the same memory, e.g. tied embeddings, where a format keeps every tensor apart.</summary>
public enum SharedTensors
{
    /// <summary>Refuse and name them (MR0572), because a copy would end the tie without a word.</summary>
    Refuse,

    /// <summary>Write a copy for each. The values stay the same, the tie and the saved space are lost.</summary>
    Clone,
}
