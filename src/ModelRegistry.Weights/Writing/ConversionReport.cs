namespace ModelRegistry.Weights;

/// <summary>What a conversion did.</summary>
public sealed record ConversionReport
{
    /// <summary>The format that was read.</summary>
    public required WeightsFormat Source { get; init; }

    /// <summary>The format that was written.</summary>
    public required WeightsFormat Target { get; init; }

    /// <summary>Tensors written, each read back and found equal to its source, bit for bit.</summary>
    public required int TensorCount { get; init; }

    /// <summary>Bytes of those tensors.</summary>
    public required long TensorBytes { get; init; }

    /// <summary>Bytes of the file written.</summary>
    public required long FileLength { get; init; }

    /// <summary>Groups of tensors that shared memory in the source and are copies in the target.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Cloned { get; init; }

    /// <summary>What the source holds and the target does not, one line each, e.g. <c>36 tensors beside the model's</c>.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }
}
