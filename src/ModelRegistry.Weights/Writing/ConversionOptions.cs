using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>How to convert a weights file.</summary>
public sealed record ConversionOptions
{
    /// <summary>The defaults: target from the destination's name, strict reading, no overwriting.</summary>
    public static ConversionOptions Default { get; } = new();

    /// <summary>
    /// <see cref="WeightsFormat.Safetensors"/> or <see cref="WeightsFormat.PyTorchZip"/>. Default null: from the
    /// destination's extension (<c>.safetensors</c>, or <c>.pth</c>, <c>.pt</c>, <c>.bin</c>, <c>.ckpt</c>).
    /// </summary>
    public WeightsFormat? Target { get; init; }

    /// <summary>Replace a destination that exists. Default false: it is left alone and the conversion fails (MR0570).</summary>
    public bool Overwrite { get; init; }

    /// <summary>Tensors that share memory, where the target keeps every tensor apart. Default: refuse.</summary>
    public SharedTensors SharedTensors { get; init; }

    /// <summary>
    /// Strings for <c>__metadata__</c> of a safetensors file, beside <c>format=pt</c>, which loaders ask for in weights
    /// of PyTorch. Metadata of a safetensors source is kept. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A prefix that is taken off the names that have it, such as <c>module.</c>. Default none.</summary>
    public string? StripPrefix { get; init; }

    /// <summary>Rules that give tensors other names, one after the other, after <see cref="StripPrefix"/>. Default none.</summary>
    public IReadOnlyList<TensorRename> Rename { get; init; } = [];

    /// <summary>
    /// <see cref="DType.Float32"/>, <see cref="DType.Float16"/> or <see cref="DType.BFloat16"/> for tensors of floating-point numbers, rounded to
    /// nearest; others keep their type. Default null: nothing is converted.
    /// </summary>
    public DType? DType { get; init; }

    /// <summary>How to read the source.</summary>
    public WeightsReadOptions Read { get; init; } = WeightsReadOptions.Default;
}
