namespace ModelRegistry.Inference.Imaging;

/// <summary>Recognises formats that are not decoded, to say so by name.</summary>
internal static class ImageSignatures
{
    internal static string Describe(ReadOnlySpan<byte> start) => start switch
    {
        [] => "is empty",
        [0xFF, 0xD8, 0xFF, ..] => "looks like a JPEG",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "looks like a GIF",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "looks like a WebP",
        [(byte)'B', (byte)'M', ..] => "looks like a BMP",
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "looks like a TIFF",
        [0, 0, 1, 0, ..] => "looks like an icon (ICO)",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', ..] => "looks like an AVIF",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'h', (byte)'e', ..] => "looks like a HEIC",
        [0xFF, 0x0A, ..] or [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', ..] => "looks like a JPEG XL",
        [0, 0, 0, 12, (byte)'j', (byte)'P', ..] => "looks like a JPEG 2000",
        [(byte)'q', (byte)'o', (byte)'i', (byte)'f', ..] => "looks like a QOI",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "looks like a PDF",
        [(byte)'P', (byte)'K', 3, 4, ..] => "looks like a zip archive",
        [0x1F, 0x8B, ..] => "looks like gzip data",
        _ when IsText(start) => start.IndexOf("<svg"u8) >= 0 ? "looks like an SVG" : "looks like text",
        _ => "is in no image format that is known here",
    };

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (var value in start[..Math.Min(start.Length, 256)])
        {
            if (value < 32 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
                return false;
        }

        return true;
    }
}
