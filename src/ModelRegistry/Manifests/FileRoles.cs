using ModelRegistry.Shared;

namespace ModelRegistry;

/// <summary>The roles that the product knows. Any other word is allowed.</summary>
public static class FileRoles
{
    /// <summary>The tensors.</summary>
    public const string Weights = "weights";

    /// <summary>Data of <see cref="Weights"/> that stands in a file of its own, such as ONNX external data.</summary>
    public const string WeightsData = "weights-data";

    /// <summary>The list that says which of several files holds which tensor.</summary>
    public const string WeightsIndex = "weights-index";

    /// <summary>One class name a line.</summary>
    public const string Labels = "labels";

    /// <summary>A network description in the product's vocabulary.</summary>
    public const string Architecture = "architecture";

    /// <summary>An input whose output is known.</summary>
    public const string SampleInput = "sample-input";

    /// <summary>The output that belongs to <see cref="SampleInput"/>.</summary>
    public const string ExpectedOutput = "expected-output";

    /// <summary>Settings that an app reads.</summary>
    public const string Configuration = "config";

    /// <summary>Anything else.</summary>
    public const string Other = "other";

    /// <summary>Files that models of any framework are saved as; a container that other things are saved as too, such as <c>.json</c>, is named with its role.</summary>
    private static readonly string[] WeightsNames =
    [
        ".pth", ".pt", ".pth.tar", ".pt.tar", ".th", ".ptl", ".ckpt", ".bin", ".safetensors", ".onnx", ".gguf", ".npz", ".zip", ".h5", ".hdf5", ".keras", ".tflite", ".mlnet",
        ".mlmodel", ".pb", ".ubj", ".cbm", ".joblib", ".pkl", ".pickle", ".pmml", ".engine", ".plan", ".mar", ".nemo",
    ];

    private static readonly string[] DataNames = [".onnx.data", ".onnx_data", ".onnx.weights", ".onnx_weights"];

    private static readonly Dictionary<string, string> SampleNames = new(StringComparer.Ordinal)
    {
        ["sample-input.npy"] = SampleInput,
        ["sample-input.safetensors"] = SampleInput,
        ["expected-output.npy"] = ExpectedOutput,
        ["expected-output.safetensors"] = ExpectedOutput,
    };

    /// <summary>The role of a file whose role nobody named, by its name.</summary>
    public static string ByFileName(string fileName)
    {
        var name = fileName.ToLowerInvariant();
        if (SampleNames.TryGetValue(name, out var sample)) return sample;
        if (TrainingState.IsNamed(name)) return Other;
        if (WeightsNames.Any(end => name.EndsWith(end, StringComparison.Ordinal))) return Weights;
        if (DataNames.Any(end => name.EndsWith(end, StringComparison.Ordinal))) return WeightsData;
        return name switch
        {
            _ when name.EndsWith(".index.json", StringComparison.Ordinal) && name != "model_index.json" => WeightsIndex,
            _ when name.EndsWith("config.json", StringComparison.Ordinal) || name is "model_index.json" or "tokenizer.json" => Configuration,
            "labels.txt" or "classes.txt" => Labels,
            "architecture.json" => Architecture,
            _ => Other,
        };
    }

    /// <summary>Whether files of a role prove that a model works: an app has no use for them and gets them only when it asks.</summary>
    public static bool IsEvidence(string role) => role is SampleInput or ExpectedOutput;

    /// <summary>Whether a word can be a role: 1–40 of <c>a-z 0-9 -</c>, starting with a letter.</summary>
    public static bool IsValid(string role) =>
        role.Length is > 0 and <= 40 && role[0] is >= 'a' and <= 'z' && role.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
