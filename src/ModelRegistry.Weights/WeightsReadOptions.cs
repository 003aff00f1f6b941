namespace ModelRegistry.Weights;

/// <summary>How to read a weights file.</summary>
public sealed record WeightsReadOptions
{
    /// <summary>The defaults: strict, nothing skipped.</summary>
    public static WeightsReadOptions Default { get; } = new();

    /// <summary>
    /// Read the tensors and skip every other value as opaque, without building it, where only harmless looking values
    /// (numpy scalars, <c>argparse.Namespace</c>) stand outside the allow-list. Nothing is executed either way.
    /// Default false: such a file is refused and the refusal names each value.
    /// </summary>
    public bool TensorsOnly { get; init; }

    /// <summary>Read one part of a sharded model alone. Default false: a part opens the whole model.</summary>
    public bool SinglePart { get; init; }

    /// <summary>
    /// Check the CRC-32 of tensor data too. Costs one pass over the file. Default false: only the records that are
    /// read to list the tensors are checked; the scanner always checks all of them.
    /// </summary>
    public bool VerifyData { get; init; }
}
