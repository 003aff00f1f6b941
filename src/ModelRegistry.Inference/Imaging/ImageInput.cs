using ModelRegistry.Inference.Imaging;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference;

/// <summary>
/// A decoded picture: PNG, PGM, PPM, an array from a NumPy file, or what <see cref="Use"/> adds. Values are 0 to 1 in rows from the top, grey or RGB
/// interleaved; transparency is dropped.
/// </summary>
public sealed class ImageInput
{
    internal ImageInput(int width, int height, int channels, float[] pixels) =>
        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 for grey, 3 for red, green, blue.</summary>
    public int Channels { get; }

    /// <summary>[Height, Width, Channels], row-major.</summary>
    internal float[] Pixels { get; }

    /// <summary>Adds a decoder for formats that this library does not read itself; to be called when the program starts. The last one wins.</summary>
    public static void Use(IImageDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ImageReader.Added = decoder;
    }

    /// <summary>Refuses sizes before anything of that size is allocated: for decoders.</summary>
    /// <exception cref="InferenceException">MR0621: there is no pixel. MR0622: there are more than 64 million.</exception>
    public static void CheckSize(long width, long height) => ImageReader.CheckSize(width, height);

    /// <summary>Reads an image file; the content decides the format, not the name.</summary>
    /// <exception cref="InferenceException">MR0620: another format, which is named. MR0621: damaged. MR0622: more than 64 million pixels. MR0624: unreadable.</exception>
    /// <exception cref="WeightsFormatException">MR0565, MR0566: a NumPy file that is no array of numbers.</exception>
    public static ImageInput Load(string path) => InputFile.Open(path, stream => ImageReader.Read(ReadAll(stream)));

    /// <summary>Reads an image held in memory.</summary>
    /// <inheritdoc cref="Load(string)"/>
    /// <param name="bytes">The whole file.</param>
    public static ImageInput Decode(ReadOnlyMemory<byte> bytes) => ImageReader.Read(bytes);

    /// <summary>Wraps pixels that are already decoded.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    /// <param name="bytes">[height, width, channels] with 0 for none and 255 for full.</param>
    /// <exception cref="InferenceException">MR0621: the sizes do not fit the bytes.</exception>
    public static ImageInput FromBytes(int width, int height, int channels, ReadOnlySpan<byte> bytes)
    {
        if (width < 1 || height < 1 || channels is not (1 or 3) || bytes.Length != (long)width * height * channels)
            throw ImageError.Corrupt($"{bytes.Length} bytes are no image of {width}×{height} with {channels} channels");
        var pixels = new float[bytes.Length];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = bytes[i] / 255f;
        return new ImageInput(width, height, channels, pixels);
    }

    private static byte[] ReadAll(Stream stream)
    {
        if (stream.Length > ImageReader.LargestFile)
            throw ImageError.TooLarge($"the file has {stream.Length} bytes; at most {ImageReader.LargestFile} are read");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
