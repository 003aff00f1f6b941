namespace ModelRegistry.Inference.Imaging;

/// <summary>Turns the bytes of a row into grey or RGB values from 0 to 1.</summary>
internal sealed class PngPixels
{
    private readonly PngHeader _header;
    private readonly byte[] _palette;
    private readonly float _scale;

    internal PngPixels(PngHeader header, byte[] palette)
    {
        (_header, _palette) = (header, palette);
        _scale = (1 << header.BitDepth) - 1;
        Channels = header.ColourType is PngHeader.Grey or PngHeader.GreyAlpha ? 1 : 3;
    }

    /// <summary>1 for grey, 3 for RGB; a palette is RGB.</summary>
    internal int Channels { get; }

    /// <param name="row">Bytes of the row, filters undone.</param>
    /// <param name="columns">Pixels in it.</param>
    /// <param name="target">Begins at the row's first pixel.</param>
    /// <param name="step">Values from one of its pixels to the next.</param>
    internal void Unpack(ReadOnlySpan<byte> row, int columns, Span<float> target, int step)
    {
        for (var column = 0; column < columns; column++)
        {
            var pixel = target.Slice(column * step, Channels);
            var first = column * _header.Samples;
            if (_header.ColourType == PngHeader.Palette)
                LookUp(Sample(row, first), pixel);
            else
                for (var c = 0; c < pixel.Length; c++)
                    pixel[c] = Sample(row, first + c) / _scale;
        }
    }

    private void LookUp(int index, Span<float> pixel)
    {
        if (index * 3 >= _palette.Length)
            throw ImageError.Corrupt($"the PNG uses colour {index} of a palette of {_palette.Length / 3}");
        for (var c = 0; c < 3; c++)
            pixel[c] = _palette[index * 3 + c] / 255f;
    }

    private int Sample(ReadOnlySpan<byte> row, int index) => _header.BitDepth switch
    {
        16 => (row[index * 2] << 8) | row[index * 2 + 1],
        8 => row[index],
        var bits => (row[index * bits / 8] >> (8 - bits - index * bits % 8)) & ((1 << bits) - 1),
    };
}
