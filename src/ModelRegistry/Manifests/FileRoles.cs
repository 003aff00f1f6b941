namespace ModelRegistry;

/// <summary>The roles that the product knows. Any other word is allowed.</summary>
public static class FileRoles
{
    /// <summary>The tensors.</summary>
    public const string Weights = "weights";

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

    /// <summary>The role of a file whose role nobody named, by its name.</summary>
    public static string ByFileName(string fileName)
    {
        var name = fileName.ToLowerInvariant();
        if (name.EndsWith(".pth", StringComparison.Ordinal) || name.EndsWith(".pt", StringComparison.Ordinal)
            || name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(".onnx", StringComparison.Ordinal)
            || name.EndsWith(".ckpt", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal))
            return Weights;
        return name switch
        {
            "labels.txt" or "classes.txt" => Labels,
            "architecture.json" => Architecture,
            "sample-input.npy" or "sample-input.safetensors" => SampleInput,
            "expected-output.npy" or "expected-output.safetensors" => ExpectedOutput,
            "config.json" => Configuration,
            _ => Other,
        };
    }

    /// <summary>Whether files of a role prove that a model works: an app has no use for them and gets them only when it asks.</summary>
    public static bool IsEvidence(string role) => role is SampleInput or ExpectedOutput;

    /// <summary>Whether a word can be a role: 1–40 of <c>a-z 0-9 -</c>, starting with a letter.</summary>
    public static bool IsValid(string role) =>
        role.Length is > 0 and <= 40 && role[0] is >= 'a' and <= 'z' && role.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
