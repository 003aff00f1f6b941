namespace ModelRegistry.Weights;

/// <summary>Reads safetensors files.</summary>
internal static class SafetensorsReader
{
    /// <summary>True when the content looks like safetensors; cheap, never throws for bad content.</summary>
    internal static bool Recognises(MappedFile file) => file.Length >= 9 && file.Peek(8, 1) is [(byte)'{'];

    /// <summary>Opens a file for which <see cref="Recognises"/> was true. Owns <paramref name="file"/> once it returns.</summary>
    internal static WeightsFile Open(MappedFile file, WeightsReadOptions options) =>
        throw new WeightsFormatException(Codes.NotWeights, "this is a safetensors file, which this branch does not read yet");
}
