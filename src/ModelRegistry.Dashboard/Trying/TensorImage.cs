using System.Runtime.InteropServices;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>Makes images of tensors [1, C, H, W].</summary>
internal static class TensorImage
{
    private const int MostPixels = 4096 * 4096;

    private static readonly byte[][] Colours =
        [[35, 70, 199], [214, 96, 30], [18, 138, 84], [178, 37, 28], [110, 60, 190], [0, 140, 165], [190, 140, 0], [200, 60, 140], [90, 100, 115], [120, 170, 40], [60, 30, 110], [230, 150, 140]];

    /// <summary>The values of a float tensor; null for another type.</summary>
    public static float[]? Floats(TensorData tensor) =>
        tensor.Dtype == "float32" ? MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray() : null;

    /// <summary>Whether the tensor can be seen as one image of one or three channels.</summary>
    public static bool IsImage(TensorData tensor) => tensor is { Dtype: "float32", Shape: [1, 1 or 3, > 1, > 1] } && tensor.Shape[2] * tensor.Shape[3] <= MostPixels;

    /// <summary>The picture of a tensor, with the preprocessing taken back; values beyond 0 and 1 are cut off, or stretched where there is no preprocessing.</summary>
    public static byte[]? Picture(TensorData tensor, Preprocessing? preprocessing)
    {
        if (!IsImage(tensor) || Floats(tensor) is not { } values) return null;
        var (channels, height, width) = ((int)tensor.Shape[1], (int)tensor.Shape[2], (int)tensor.Shape[3]);
        var pixels = new byte[values.Length];
        for (var c = 0; c < channels; c++)
        {
            var mean = preprocessing is { Mean.Length: > 0 } p ? (float)p.Mean[Math.Min(c, p.Mean.Length - 1)] : 0;
            var deviation = preprocessing is { Std.Length: > 0 } q ? (float)q.Std[Math.Min(c, q.Std.Length - 1)] : 1;
            for (var i = 0; i < height * width; i++)
            {
                var value = (values[(c * height * width) + i] * deviation) + mean;
                pixels[(i * channels) + c] = (byte)Math.Clamp(float.IsFinite(value) ? MathF.Round(value * 255) : 0, 0, 255);
            }
        }

        return PngWriter.Write(width, height, channels, pixels);
    }

    /// <summary>The colour of a class: those beyond the palette have its colours once more, lighter.</summary>
    public static byte[] Colour(int segment)
    {
        var colour = Colours[segment % Colours.Length];
        return segment / Colours.Length % 2 == 0 ? colour : [.. colour.Select(c => (byte)((c + 255) / 2))];
    }

    /// <summary>The likeliest class of each pixel in colour, and the share of each class.</summary>
    public static (byte[] Png, IReadOnlyList<(int Class, double Share)> Shares)? Segments(TensorData tensor)
    {
        if (tensor is not { Dtype: "float32", Shape: [1, > 1, > 1, > 1] } || tensor.Shape[2] * tensor.Shape[3] > MostPixels || Floats(tensor) is not { } values) return null;
        var (classes, height, width) = ((int)tensor.Shape[1], (int)tensor.Shape[2], (int)tensor.Shape[3]);
        var pixels = new byte[height * width * 3];
        var counts = new int[classes];
        var colours = Enumerable.Range(0, classes).Select(Colour).ToArray();
        for (var i = 0; i < height * width; i++)
        {
            var best = 0;
            for (var c = 1; c < classes; c++)
            {
                if (values[(c * height * width) + i] > values[(best * height * width) + i]) best = c;
            }

            counts[best]++;
            colours[best].CopyTo(pixels, i * 3);
        }

        return (PngWriter.Write(width, height, 3, pixels), [.. counts.Select((n, c) => (c, (double)n / (height * width))).Where(s => s.Item2 > 0).OrderByDescending(s => s.Item2)]);
    }
}
