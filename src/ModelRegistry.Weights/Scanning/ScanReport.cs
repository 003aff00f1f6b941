namespace ModelRegistry.Weights;

/// <summary>What a scan concludes.</summary>
public enum ScanVerdict
{
    /// <summary>All of the file was understood, and nothing in it asks for code.</summary>
    Safe,

    /// <summary>
    /// Outside the list stand only values that build no behaviour, such as numpy scalars or <c>argparse.Namespace</c>: no code.
    /// The tensors can be read with <see cref="WeightsReadOptions.TensorsOnly"/>.
    /// </summary>
    Data,

    /// <summary>A format that is not read, in which no pickle was found. Never a reason to trust it.</summary>
    Unknown,

    /// <summary>The file asks for code or for other files: loading or running it may do more than compute.</summary>
    Dangerous,

    /// <summary>The file is malformed, cut short, or stands in place of another, such as a Git LFS pointer. Never a reason to trust it.</summary>
    Invalid,
}

/// <summary>The result of scanning one file.</summary>
public sealed record ScanReport
{
    /// <summary>The file, as it was named to the scanner.</summary>
    public required string Path { get; init; }

    /// <summary>The conclusion: dangerous goes before invalid, invalid before data, data before unknown.</summary>
    public required ScanVerdict Verdict { get; init; }

    /// <summary>
    /// <c>pytorch-zip</c>, <c>pytorch-legacy</c>, <c>torchscript</c>, <c>safetensors</c>, <c>onnx</c>, <c>gguf</c>, <c>npz</c>,
    /// <c>npy</c>, <c>pickle</c>, <c>joblib</c>; what is recognised and not read: <c>hdf5</c>, <c>keras</c>, <c>tflite</c>, <c>mlnet</c>, <c>coreml</c>,
    /// <c>openvino</c>, <c>xgboost-json</c>, <c>xgboost-ubj</c>, <c>lightgbm</c>, <c>catboost</c>, <c>tensorrt</c>, <c>pmml</c>, <c>tensorflow</c>,
    /// <c>ort</c>, <c>executorch</c>, <c>torchserve</c>, <c>zip</c>; or <c>unknown</c>.
    /// </summary>
    public required string Format { get; init; }

    /// <summary>Every global and operator outside the lists with its position, and every broken rule.</summary>
    public required IReadOnlyList<WeightsFinding> Findings { get; init; }

    /// <summary>What to do about an invalid file, such as <c>run: git lfs pull</c>; null where nothing special is known.</summary>
    public string? Hint { get; init; }
}
