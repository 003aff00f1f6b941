namespace ModelRegistry.Weights.Described;

/// <summary>A model of a format that is recognised by its content and not read: it is kept and described, and never called safe.</summary>
/// <param name="Name">The format's name in reports and manifests, such as <c>hdf5</c>.</param>
/// <param name="What">For messages, with its article.</param>
/// <param name="Damage">What shows that it is cut off; null where nothing does.</param>
internal sealed record DescribedFormat(string Name, string What, string? Damage = null)
{
    private const int Head = 1 << 20;

    /// <summary>The format of a file that is no archive; null where it is none of those known.</summary>
    internal static DescribedFormat? Of(MappedFile file)
    {
        var head = file.Peek(0, Head);
        var text = head.TrimStart("\uFEFF \t\r\n"u8);
        return head switch
        {
            [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a, ..] => new("hdf5", "an HDF5 file, as Keras writes it", Hdf5.DamageOf(head, file.Length)),
            _ when FlatBuffer.HasIdentifier(head, "TFL3"u8) => new("tflite", "a TensorFlow Lite model", FlatBuffer.DamageOf(head, file.Length)),
            _ when FlatBuffer.HasIdentifier(head, "ORTM"u8) => new("ort", "an ONNX Runtime model", FlatBuffer.DamageOf(head, file.Length)),
            _ when FlatBuffer.HasIdentifier(head, "ET12"u8) => new("executorch", "an ExecuTorch program", FlatBuffer.DamageOf(head, file.Length)),
            _ when head.StartsWith("CBM1"u8) => new("catboost", "a CatBoost model"),
            _ when head.StartsWith("ptrt"u8) || head.StartsWith("ftrt"u8) => new("tensorrt", "a TensorRT engine"),
            _ when text.StartsWith("tree\nversion="u8) || text.StartsWith("tree\r\nversion="u8) => new("lightgbm", "a LightGBM model"),
            _ when text is [(byte)'{', ..] => Braces(head, text),
            _ when text is [(byte)'<', ..] => Markup(text),
            [0x08, ..] => ProtobufModel.Of(head, file.Length > head.Length),
            _ => null,
        };
    }

    /// <summary>The format of a zip archive, by its records.</summary>
    internal static DescribedFormat? Of(ZipDirectory zip)
    {
        bool Has(string name) => zip.Entries.Any(e => e.Name == name || e.Name.EndsWith("/" + name, StringComparison.Ordinal));
        return (Has("config.json") && Has("model.weights.h5")) ? new("keras", "a Keras archive")
            : Has("TrainingInfo/Version.txt") || Has("TransformerChain/Model.key") ? new("mlnet", "an ML.NET model")
            : Has("MAR-INF/MANIFEST.json") ? new("torchserve", "a TorchServe archive")
            : Has("Manifest.json") && zip.Entries.Any(e => e.Name.Contains("com.apple.CoreML", StringComparison.Ordinal)) ? new("coreml", "a Core ML package")
            : zip.Entries.Any(e => e.Name.EndsWith("saved_model.pb", StringComparison.Ordinal)) ? new("tensorflow", "a TensorFlow SavedModel")
            : null;
    }

    private static DescribedFormat? Braces(ReadOnlySpan<byte> head, ReadOnlySpan<byte> text)
    {
        var isBooster = head.IndexOf("learner"u8) >= 0 && head.IndexOf("gradient_booster"u8) >= 0;
        return !isBooster ? null
            : text is [_, (byte)'L' or (byte)'l' or (byte)'I' or (byte)'i' or (byte)'U', ..] ? new("xgboost-ubj", "an XGBoost model in binary JSON")
            : new("xgboost-json", "an XGBoost model in JSON");
    }

    private static DescribedFormat? Markup(ReadOnlySpan<byte> text)
    {
        var root = text.StartsWith("<?xml"u8) && text.IndexOf("?>"u8) is >= 0 and var end ? text[(end + 2)..].TrimStart(" \t\r\n"u8) : text;
        while (root.StartsWith("<!--"u8) && root.IndexOf("-->"u8) is >= 0 and var comment)
        {
            root = root[(comment + 3)..].TrimStart(" \t\r\n"u8);
        }

        return root.StartsWith("<PMML"u8) ? new("pmml", "a PMML document")
            : root.StartsWith("<net "u8) ? new("openvino", "an OpenVINO model")
            : null;
    }
}
