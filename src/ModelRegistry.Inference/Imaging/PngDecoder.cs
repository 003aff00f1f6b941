using System.IO.Compression;

namespace ModelRegistry.Inference.Imaging;

/// <summary>
/// PNG, third edition: all colour types, bit depths and both interlace methods. Rows are decompressed one at a time, so
/// memory stays at the size of the decoded image. Gamma, colour profiles and transparency are not applied.
/// </summary>
internal static class PngDecoder
{
    // First row, first column, row step, column step of each Adam7 pass.
    private static readonly (int Y, int X, int StepY, int StepX)[] s_adam7 =
        [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)];

    private static readonly (int Y, int X, int StepY, int StepX)[] s_whole = [(0, 0, 1, 1)];

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    internal static ImageInput Decode(ReadOnlyMemory<byte> file)
    {
        var chunks = PngChunks.Read(file);
        var header = chunks.Header;
        var unpacker = new PngPixels(header, chunks.Palette);
        var pixels = new float[checked(header.Width * header.Height * unpacker.Channels)];
        try
        {
            using var compressed = new MemorySequenceStream(chunks.Data);
            using var stream = new ZLibStream(compressed, CompressionMode.Decompress);
            foreach (var pass in header.Interlaced ? s_adam7 : s_whole)
                DecodePass(stream, header, unpacker, pass, pixels);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw ImageError.Corrupt("the PNG data is damaged or ends early", exception);
        }

        return new ImageInput(header.Width, header.Height, unpacker.Channels, pixels);
    }

    private static void DecodePass(
        ZLibStream stream, PngHeader header, PngPixels unpacker, (int Y, int X, int StepY, int StepX) pass, float[] pixels)
    {
        var columns = (header.Width - pass.X + pass.StepX - 1) / pass.StepX;
        var rows = (header.Height - pass.Y + pass.StepY - 1) / pass.StepY;
        if (columns <= 0 || rows <= 0)
            return;
        var current = new byte[header.RowBytes(columns)];
        var previous = new byte[current.Length];
        for (var row = 0; row < rows; row++)
        {
            var filter = stream.ReadByte();
            if (filter < 0)
                throw new EndOfStreamException();
            stream.ReadExactly(current);
            PngFilters.Undo(filter, current, previous, Math.Max(1, header.BitsPerPixel / 8));
            var target = ((pass.Y + row * pass.StepY) * header.Width + pass.X) * unpacker.Channels;
            unpacker.Unpack(current, columns, pixels.AsSpan(target), pass.StepX * unpacker.Channels);
            (current, previous) = (previous, current);
        }
    }
}
