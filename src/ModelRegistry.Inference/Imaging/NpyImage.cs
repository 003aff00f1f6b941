using System.Runtime.InteropServices;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Imaging;

/// <summary>An array as an image: [H, W], [H, W, C] or [C, H, W] with 1 or 3 channels; bytes are 0 to 255, floats 0 to 1.</summary>
internal static class NpyImage
{
    internal static ImageInput Decode(ReadOnlyMemory<byte> bytes)
    {
        using var stream = MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
        var array = NpyFile.Read(stream);
        var (height, width, channels, planar) = array.Shape switch
        {
            [var h, var w] => (h, w, 1L, false),
            [var h, var w, 1 or 3] => (h, w, array.Shape[2], false),
            [1 or 3, var h, var w] => (h, w, array.Shape[0], true),
            _ => throw ImageError.Corrupt($"an array of shape [{string.Join(", ", array.Shape)}] is no image: [H, W], [H, W, C] and [C, H, W] with 1 or 3 channels are"),
        };
        ImageReader.CheckSize(width, height);
        var values = array.ToFloat32();
        if (FiniteCheck.HasNonFinite(values))
            throw ImageError.Corrupt("the array holds NaN or infinity");
        var scale = array.ElementType.Kind is 'u' or 'i' ? 1f / 255 : 1f;
        var pixels = new float[values.Length];
        var area = (int)(height * width);
        for (var i = 0; i < area; i++)
        {
            for (var c = 0; c < channels; c++)
                pixels[i * channels + c] = values[planar ? c * area + i : i * channels + c] * scale;
        }

        return new ImageInput((int)width, (int)height, (int)channels, pixels);
    }
}
