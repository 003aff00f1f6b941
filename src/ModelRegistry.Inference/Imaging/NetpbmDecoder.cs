namespace ModelRegistry.Inference.Imaging;

/// <summary>PGM and PPM, plain (P2, P3) and raw (P5, P6), with 8 or 16 bits: https://netpbm.sourceforge.net/doc/ppm.html.</summary>
internal ref struct NetpbmDecoder
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    private NetpbmDecoder(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _position = 2;
    }

    internal static ImageInput Decode(ReadOnlySpan<byte> bytes) => new NetpbmDecoder(bytes).Decode();

    private ImageInput Decode()
    {
        var kind = (char)_bytes[1];
        if (kind is '1' or '4')
            throw ImageError.Format("looks like a PBM bitmap");
        if (kind is '7')
            throw ImageError.Format("looks like a PAM");
        var channels = kind is '3' or '6' ? 3 : 1;
        var (width, height, maximum) = (Number(), Number(), Number());
        ImageReader.CheckSize(width, height);
        if (maximum is < 1 or > 65535)
            throw ImageError.Corrupt($"the largest grey level is {maximum}, not between 1 and 65535");
        var samples = width * height * channels;
        var wide = maximum > 255;
        var plain = kind is '2' or '3';
        if (!plain)
            _position++;
        var needed = plain ? samples * 2 - 1 : wide ? samples * 2 : samples;
        if (_bytes.Length - _position < needed)
            throw ImageError.Corrupt($"the image ends after {Math.Max(0, _bytes.Length - _position)} of {needed} bytes of pixels");
        var pixels = new float[samples];
        for (var i = 0; i < pixels.Length; i++)
        {
            var sample = plain ? Number() : Sample(wide);
            if (sample > maximum)
                throw ImageError.Corrupt($"pixel value {sample} exceeds the largest grey level {maximum}");
            pixels[i] = sample / (float)maximum;
        }

        return new ImageInput((int)width, (int)height, channels, pixels);
    }

    private int Sample(bool wide) => wide ? (_bytes[_position++] << 8) | _bytes[_position++] : _bytes[_position++];

    private long Number()
    {
        SkipSpace();
        var (value, digits) = (0L, 0);
        while (_position < _bytes.Length && char.IsAsciiDigit((char)_bytes[_position]))
        {
            if (++digits > 9)
                throw ImageError.Corrupt($"a number at byte {_position} is too long");
            value = value * 10 + (_bytes[_position++] - '0');
        }

        return digits > 0 ? value : throw ImageError.Corrupt($"a number is missing at byte {_position}");
    }

    private void SkipSpace()
    {
        while (_position < _bytes.Length)
        {
            if (_bytes[_position] == '#')
            {
                while (_position < _bytes.Length && _bytes[_position] is not ((byte)'\n' or (byte)'\r'))
                    _position++;
            }
            else if (_bytes[_position] is (byte)' ' or (>= 9 and <= 13))
            {
                _position++;
            }
            else
            {
                return;
            }
        }
    }
}
