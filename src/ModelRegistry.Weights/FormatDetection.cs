namespace ModelRegistry.Weights;

/// <summary>Decides by content what a file is, and hands it to its reader.</summary>
internal static class FormatDetection
{
    internal static WeightsFile Open(MappedFile file, WeightsReadOptions options)
    {
        if (ZipDirectory.Recognises(file))
        {
            var archive = PyTorchArchive.Read(ZipDirectory.Read(file));
            return archive.IsTorchScript ? TorchScriptFile.Open(archive, options) : PyTorchFile.OpenZip(archive, options);
        }

        if (LegacyLayout.Recognises(file))
        {
            return PyTorchFile.OpenLegacy(file, options);
        }

        if (SafetensorsReader.Recognises(file))
        {
            return SafetensorsReader.Open(file, options);
        }

        // Known as something else before it is taken for a protobuf, which almost anything can pass for.
        if (ForeignContent.Describe(file) is null && OnnxReader.Recognises(file))
        {
            return OnnxReader.Open(file, options);
        }

        throw Unknown(file);
    }

    internal static WeightsFormatException Unknown(MappedFile file) => ForeignContent.Describe(file) is { } foreign
        ? new WeightsFormatException(Codes.NotWeights, $"this is no weights file: it looks like {foreign.What}", hint: foreign.Hint)
        : new WeightsFormatException(Codes.NotWeights, "this is no weights file of a known format", hint: "PyTorch (.pth, .pt), TorchScript, safetensors and ONNX files are read");
}
