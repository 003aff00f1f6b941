namespace ModelRegistry.Weights;

/// <summary>Reads ONNX models.</summary>
internal static class OnnxReader
{
    /// <summary>True when the content looks like an ONNX protobuf; cheap, never throws for bad content.</summary>
    internal static bool Recognises(MappedFile file) => file.Peek(0, 1) is [0x08];

    /// <summary>Opens a file for which <see cref="Recognises"/> was true. Owns <paramref name="file"/> once it returns.</summary>
    internal static WeightsFile Open(MappedFile file, WeightsReadOptions options) =>
        throw new WeightsFormatException(Codes.NotWeights, "this is an ONNX model, which this branch does not read yet");
}
