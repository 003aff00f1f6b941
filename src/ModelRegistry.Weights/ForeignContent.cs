namespace ModelRegistry.Weights;

/// <summary>What bytes that no reader takes look like.</summary>
/// <param name="What">With its article, for messages.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="MayBeModel">Whether it can be a model of a format that is not read; a pointer, an error page, a picture cannot.</param>
internal sealed record Foreign(string What, string? Hint = null, bool MayBeModel = false);

/// <summary>Recognises what people hand over by mistake, so that the refusal says what it is.</summary>
internal static class ForeignContent
{
    private const int TarMagicOffset = 257;

    internal static Foreign? Describe(MappedFile file)
    {
        var head = file.Peek(0, 512);
        var text = head.TrimStart("\uFEFF \t\r\n"u8);
        return head switch
        {
            [] => new("an empty file", "fetch it again"),
            _ when head.StartsWith("version https://git-lfs"u8) => new("a Git LFS pointer", "run: git lfs pull"),
            _ when StartsWithIgnoringCase(text, "<!doctype"u8) || StartsWithIgnoringCase(text, "<html"u8) => new("an HTML page", "the download gave an error or login page; fetch it again"),
            _ when StartsWithIgnoringCase(text, "<?xml"u8) => new("an XML document", MayBeModel: true),
            _ when head.Length >= TarMagicOffset + 5 && head.Slice(TarMagicOffset, 5).SequenceEqual("ustar"u8) => new("a tar archive (also the format of PyTorch 0.1.1)", "unpack it, or save the model again with a newer PyTorch"),
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => new("a PNG image"),
            [0xff, 0xd8, 0xff, ..] => new("a JPEG image"),
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => new("a GIF image"),
            [0x1f, 0x8b, ..] => new("a gzip file", "unpack it first"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => new("a zstd file", "unpack it first"),
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => new("an xz file", "unpack it first"),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => new("a bzip2 file", "unpack it first"),
            [(byte)'7', (byte)'z', 0xbc, 0xaf, ..] => new("a 7-Zip archive", "unpack it first"),
            [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => new("a NumPy array", MayBeModel: true),
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => new("a PDF document"),
            [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] => new("a program"),
            [(byte)'M', (byte)'Z', ..] => new("a Windows program"),
            [0x80, <= 5, ..] => new("a plain pickle", "scan it; a plain pickle runs code when loaded"),
            [(byte)'P', (byte)'K', ..] => new("an empty or split zip archive", "fetch it again"),
            _ when text is [(byte)'{', ..] => new("a JSON document", MayBeModel: true),
            _ when file.Peek(Math.Max(0, file.Length - 22), 22).StartsWith("PK\u0005\u0006"u8) => new("a zip archive with something before it", "do not use it: two programs would read two different files from it"),
            _ => null,
        };
    }

    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && System.Text.Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);
}
