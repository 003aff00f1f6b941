namespace ModelRegistry.Inference.Imaging;

/// <summary>An image with one plane per channel, while it is being prepared.</summary>
internal sealed record Planes(int Width, int Height, int Channels, float[] Values)
{
    internal static Planes Of(ImageInput image, int channels)
    {
        var area = image.Width * image.Height;
        var values = new float[checked(area * channels)];
        var pixels = image.Pixels;
        for (var i = 0; i < area; i++)
        {
            if (image.Channels == 3 && channels == 1)
                values[i] = Luma(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
            else
                for (var c = 0; c < channels; c++)
                    values[c * area + i] = pixels[i * image.Channels + Math.Min(c, image.Channels - 1)];
        }

        return new Planes(image.Width, image.Height, channels, values);
    }

    /// <summary>The middle square; black around an image that is smaller. An odd rest is split as torchvision does.</summary>
    internal Planes CentreCrop(int size)
    {
        if (Width == size && Height == size)
            return this;
        var (top, left) = (Margin(Height, size), Margin(Width, size));
        var values = new float[checked(size * size * Channels)];
        for (var c = 0; c < Channels; c++)
        {
            for (var y = Math.Max(0, -top); y < Math.Min(size, Height - top); y++)
            {
                var (from, to) = (Math.Max(0, -left), Math.Min(size, Width - left));
                Values.AsSpan((c * Height + y + top) * Width + left + from, to - from).CopyTo(values.AsSpan((c * size + y) * size + from));
            }
        }

        return new Planes(size, size, Channels, values);
    }

    internal void Normalize(IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        var area = Width * Height;
        for (var c = 0; c < Channels; c++)
        {
            var (shift, scale) = (Of(mean, c, 0), Of(std, c, 1));
            foreach (ref var value in Values.AsSpan(c * area, area))
                value = (value - shift) / scale;
        }

        static float Of(IReadOnlyList<float> list, int channel, float fallback) =>
            list.Count == 0 ? fallback : list[Math.Min(channel, list.Count - 1)];
    }

    internal float[] Interleaved()
    {
        var area = Width * Height;
        var result = new float[Values.Length];
        for (var i = 0; i < area; i++)
        {
            for (var c = 0; c < Channels; c++)
                result[i * Channels + c] = Values[c * area + i];
        }

        return result;
    }

    // Banker's rounding of half the rest, as Python's round() in torchvision; the padding of a smaller image rounds up on the left.
    private static int Margin(int length, int size) => length >= size
        ? (int)Math.Round((length - size) / 2.0, MidpointRounding.ToEven)
        : -((size - length) / 2);

    private static float Luma(float red, float green, float blue) => 0.299f * red + 0.587f * green + 0.114f * blue;
}
