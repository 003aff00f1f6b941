namespace ModelRegistry.Weights;

/// <summary>Recognises what people hand over by mistake, so that the refusal says what it is.</summary>
internal static class ForeignContent
{
    private const int TarMagicOffset = 257;

    internal static (string What, string? Hint)? Describe(MappedFile file)
    {
        var head = file.Peek(0, 512);
        var text = head.TrimStart("\uFEFF \t\r\n"u8);
        return head switch
        {
            [] => ("an empty file", "fetch it again"),
            _ when head.StartsWith("version https://git-lfs"u8) => ("a Git LFS pointer", "run: git lfs pull"),
            _ when StartsWithIgnoringCase(text, "<!doctype"u8) || StartsWithIgnoringCase(text, "<html"u8) => ("an HTML page", "the download gave an error or login page; fetch it again"),
            _ when StartsWithIgnoringCase(text, "<?xml"u8) => ("an XML document", null),
            _ when head.Length >= TarMagicOffset + 5 && head.Slice(TarMagicOffset, 5).SequenceEqual("ustar"u8) => ("a tar archive (also the format of PyTorch 0.1.1)", "unpack it, or save the model again with a newer PyTorch"),
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => ("a PNG image", null),
            [0xff, 0xd8, 0xff, ..] => ("a JPEG image", null),
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => ("a GIF image", null),
            [0x1f, 0x8b, ..] => ("a gzip file", "unpack it first"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => ("a zstd file", "unpack it first"),
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => ("an xz file", "unpack it first"),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => ("a bzip2 file", "unpack it first"),
            [(byte)'7', (byte)'z', 0xbc, 0xaf, ..] => ("a 7-Zip archive", "unpack it first"),
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => ("an HDF5 file (Keras)", "convert it to safetensors"),
            [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => ("a NumPy array", null),
            [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => ("a GGUF file", null),
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => ("a PDF document", null),
            [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] => ("a program", null),
            [(byte)'M', (byte)'Z', ..] => ("a Windows program", null),
            [0x80, <= 5, ..] => ("a plain pickle", "scan it; a plain pickle runs code when loaded"),
            [(byte)'P', (byte)'K', ..] => ("an empty or split zip archive", "fetch it again"),
            _ when text is [(byte)'{', ..] => ("a JSON document", null),
            _ when file.Peek(Math.Max(0, file.Length - 22), 22).StartsWith("PK\u0005\u0006"u8) => ("a zip archive with something before it", "do not use it: two programs would read two different files from it"),
            _ => null,
        };
    }

    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && System.Text.Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);
}
