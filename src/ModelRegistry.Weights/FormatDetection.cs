namespace ModelRegistry.Weights;

/// <summary>Decides by content what a file is, and hands it to its reader.</summary>
internal static class FormatDetection
{
    internal static WeightsFile Open(MappedFile file, WeightsReadOptions options)
    {
        if (SafetensorsReader.Recognises(file))
        {
            return SafetensorsReader.Open(file, options);
        }

        if (OnnxReader.Recognises(file))
        {
            return OnnxReader.Open(file, options);
        }

        throw new WeightsFormatException(Codes.NotWeights, "this is not a weights file");
    }
}
