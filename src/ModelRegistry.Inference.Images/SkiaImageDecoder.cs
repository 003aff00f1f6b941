using SkiaSharp;

namespace ModelRegistry.Inference.Images;

/// <summary>
/// JPEG, BMP, GIF and WebP as Pillow reads them: the stored pixels, without colour profile and without turning by EXIF; of an animation
/// the first picture. Transparency is dropped.
/// </summary>
public sealed class SkiaImageDecoder : IImageDecoder
{
    private const string Unreadable = "MR0621";

    /// <summary>Makes <see cref="ImageInput.Load"/> and <see cref="ImageInput.Decode"/> read these formats too, in the whole process.</summary>
    public static void Use() => ImageInput.Use(new SkiaImageDecoder());

    /// <inheritdoc/>
    public bool Reads(ReadOnlySpan<byte> start) => start is
        [0xFF, 0xD8, 0xFF, ..]
        or [(byte)'B', (byte)'M', ..]
        or [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..]
        or [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..];

    /// <inheritdoc/>
    /// <exception cref="InferenceException">MR0620: SkiaSharp's native library is not there. MR0621: damaged. MR0622: more than 64 million pixels.</exception>
    public ImageInput Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return DecodePixels(bytes);
        }
        catch (Exception failure) when ((failure as TypeInitializationException)?.InnerException is DllNotFoundException || failure is DllNotFoundException)
        {
            throw new InferenceException(
                "MR0620",
                $"the image needs libSkiaSharp, which is not there for {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}",
                hint: "add the package SkiaSharp.NativeAssets of the platform, or convert the image to PNG");
        }
    }

    private static ImageInput DecodePixels(ReadOnlyMemory<byte> bytes)
    {
        using var data = SKData.CreateCopy(bytes.Span);
        using var codec = SKCodec.Create(data) ?? throw Damaged("the image's header cannot be read");
        ImageInput.CheckSize(codec.Info.Width, codec.Info.Height);

        // Without a colour space nothing is converted; without premultiplication colours stay what was stored.
        var wanted = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(wanted))
            throw Damaged("the image's pixels do not fit into memory");
        var result = codec.GetPixels(wanted, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw Damaged($"the image cannot be decoded: {result}");
        return ImageInput.FromBytes(wanted.Width, wanted.Height, codec.Info.ColorType == SKColorType.Gray8 ? 1 : 3, Channels(bitmap, codec.Info.ColorType == SKColorType.Gray8));
    }

    private static byte[] Channels(SKBitmap bitmap, bool isGrey)
    {
        var (width, height, channels) = (bitmap.Width, bitmap.Height, isGrey ? 1 : 3);
        var result = new byte[width * height * channels];
        var pixels = bitmap.GetPixelSpan();
        for (var y = 0; y < height; y++)
        {
            var row = pixels.Slice(y * bitmap.RowBytes, width * 4);
            for (var x = 0; x < width; x++)
                row.Slice(x * 4, channels).CopyTo(result.AsSpan(((y * width) + x) * channels));
        }

        return result;
    }

    private static InferenceException Damaged(string message) => new(Unreadable, message, hint: "export the image again");
}
