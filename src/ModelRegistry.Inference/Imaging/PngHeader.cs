using System.Buffers.Binary;

namespace ModelRegistry.Inference.Imaging;

/// <summary>The IHDR chunk, checked: https://www.w3.org/TR/png-3/#11IHDR.</summary>
internal sealed record PngHeader(int Width, int Height, int BitDepth, int ColourType, bool Interlaced)
{
    internal const int Length = 13;

    internal const int Grey = 0;
    internal const int Rgb = 2;
    internal const int Palette = 3;
    internal const int GreyAlpha = 4;
    internal const int RgbAlpha = 6;

    /// <summary>Samples per pixel in the file.</summary>
    internal int Samples => ColourType switch
    {
        Rgb => 3,
        GreyAlpha => 2,
        RgbAlpha => 4,
        _ => 1,
    };

    internal int BitsPerPixel => Samples * BitDepth;

    internal static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != Length)
            throw ImageError.Corrupt($"the PNG header has {data.Length} bytes, not {Length}");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        ImageReader.CheckSize(width, height);
        var header = new PngHeader((int)width, (int)height, data[8], data[9], data[12] == 1);
        var fits = header.ColourType switch
        {
            Grey => header.BitDepth is 1 or 2 or 4 or 8 or 16,
            Palette => header.BitDepth is 1 or 2 or 4 or 8,
            Rgb or GreyAlpha or RgbAlpha => header.BitDepth is 8 or 16,
            _ => false,
        };
        if (!fits)
            throw ImageError.Corrupt($"PNG colour type {header.ColourType} does not come with {header.BitDepth} bits");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw ImageError.Corrupt("the PNG uses an unknown compression, filter or interlace method");
        return header;
    }

    /// <summary>Bytes of one row of <paramref name="width"/> pixels, without the filter byte.</summary>
    internal int RowBytes(int width) => (int)(((long)width * BitsPerPixel + 7) / 8);
}
