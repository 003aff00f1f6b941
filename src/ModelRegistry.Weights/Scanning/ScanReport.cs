namespace ModelRegistry.Weights;

/// <summary>What a scan concludes.</summary>
public enum ScanVerdict
{
    /// <summary>All of the file was understood, and nothing in it asks for code.</summary>
    Safe,

    /// <summary>A pickle asks for a global outside the list: loading the file in Python may run code.</summary>
    Dangerous,

    /// <summary>The file is malformed, cut short or of no known format. Never a reason to trust it.</summary>
    Invalid,
}

/// <summary>The result of scanning one file.</summary>
public sealed record ScanReport
{
    /// <summary>The file, as it was named to the scanner.</summary>
    public required string Path { get; init; }

    /// <summary>The conclusion: dangerous goes before invalid, invalid before safe.</summary>
    public required ScanVerdict Verdict { get; init; }

    /// <summary>
    /// <c>pytorch-zip</c>, <c>pytorch-legacy</c>, <c>torchscript</c>, <c>safetensors</c>, <c>onnx</c>, <c>zip</c>,
    /// <c>npy</c>, <c>pickle</c> or <c>unknown</c>.
    /// </summary>
    public required string Format { get; init; }

    /// <summary>Every global outside the list with its position, and every broken rule.</summary>
    public required IReadOnlyList<WeightsFinding> Findings { get; init; }
}
