namespace ModelRegistry.Weights;

/// <summary>Decides by content what a file is, and hands it to its reader.</summary>
internal static class FormatDetection
{
    internal static WeightsFile Open(MappedFile file, WeightsReadOptions options)
    {
        if (ZipDirectory.Recognises(file))
        {
            var zip = ZipDirectory.Read(file);
            if (NpzReader.Recognises(zip))
            {
                return NpzReader.Open(zip, options);
            }

            if (DescribedFormat.Of(zip) is { } described)
            {
                throw Unread(described);
            }

            var archive = PyTorchArchive.Read(zip);
            return archive.IsTorchScript ? TorchScriptFile.Open(archive, options) : PyTorchFile.OpenZip(archive, options);
        }

        if (LegacyLayout.Recognises(file))
        {
            return PyTorchFile.OpenLegacy(file, options);
        }

        if (GgufReader.Recognises(file))
        {
            return GgufReader.Open(file);
        }

        if (SafetensorsReader.Recognises(file))
        {
            return SafetensorsReader.Open(file, options);
        }

        if (DescribedFormat.Of(file) is { } other)
        {
            throw Unread(other);
        }

        // Known as something else before it is taken for a protobuf, which almost anything can pass for.
        if (ForeignContent.Describe(file) is null && OnnxReader.Recognises(file))
        {
            return OnnxReader.Open(file, options);
        }

        throw Unknown(file);
    }

    internal static WeightsFormatException Unread(DescribedFormat described) =>
        new(WeightsCodes.NotWeights, $"this is {described.What}, which is registered and shipped, and whose tensors are not read here", hint: "name a file of PyTorch, TorchScript, safetensors, ONNX, GGUF or NumPy to look into");

    internal static WeightsFormatException Unknown(MappedFile file) => ForeignContent.Describe(file) is { } foreign
        ? new WeightsFormatException(WeightsCodes.NotWeights, $"this is no weights file: it looks like {foreign.What}", hint: foreign.Hint)
        : new WeightsFormatException(WeightsCodes.NotWeights, "this is no weights file of a known format", hint: "PyTorch (.pth, .pt), TorchScript, safetensors, ONNX, GGUF and NumPy (.npz) files are read");
}
