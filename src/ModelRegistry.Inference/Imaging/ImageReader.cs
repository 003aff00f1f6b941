namespace ModelRegistry.Inference.Imaging;

/// <summary>Chooses the decoder by the first bytes.</summary>
internal static class ImageReader
{
    /// <summary>Most pixels decoded: 64 million, 768 MB of RGB as float32.</summary>
    internal const long LargestPixels = 64_000_000;

    /// <summary>Most bytes of a file: what the largest image takes as 16-bit text, rounded up.</summary>
    internal const long LargestFile = 1L << 30;

    /// <summary>For formats that are not read here; null where the program has none.</summary>
    internal static IImageDecoder? Added { get; set; }

    internal static ImageInput Read(ReadOnlyMemory<byte> bytes)
    {
        var start = bytes.Span;
        if (start.StartsWith(PngDecoder.Signature))
            return PngDecoder.Decode(bytes);
        if (start.Length > 2 && start[0] == 'P' && start[1] is >= (byte)'1' and <= (byte)'7' && (char.IsWhiteSpace((char)start[2]) || start[2] == '#'))
            return NetpbmDecoder.Decode(start);
        if (start.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            return NpyImage.Decode(bytes);
        if (Added?.Reads(start) == true)
            return Added.Decode(bytes);
        throw ImageError.Format(ImageSignatures.Describe(start));
    }

    /// <summary>Refuses sizes before anything of that size is allocated.</summary>
    internal static void CheckSize(long width, long height)
    {
        if (width < 1 || height < 1)
            throw ImageError.Corrupt($"the image is {width}×{height} pixels");
        if (width > LargestPixels || height > LargestPixels || width * height > LargestPixels)
            throw ImageError.TooLarge($"the image is {width}×{height} pixels; at most {LargestPixels / 1_000_000} million are decoded");
    }
}
