namespace ModelRegistry.Inference.Imaging;

/// <summary>
/// Bilinear resizing with a triangle filter that widens with the reduction, as Pillow and torchvision's antialias do:
/// columns first, then rows, each weight set normalised to 1.
/// </summary>
internal static class Resampling
{
    /// <summary>Resizes so that the shorter side has the given length; the longer one keeps the ratio, rounded down.</summary>
    internal static Planes ShorterSide(Planes image, int shorter)
    {
        var (width, height) = image.Width <= image.Height
            ? (shorter, (int)Math.Min(int.MaxValue, (long)shorter * image.Height / image.Width))
            : ((int)Math.Min(int.MaxValue, (long)shorter * image.Width / image.Height), shorter);
        if (width == image.Width && height == image.Height)
            return image;
        ImageReader.CheckSize(width, height);
        return Rows(Columns(image, width), height);
    }

    private static Planes Columns(Planes image, int width)
    {
        var filter = Filter(image.Width, width);
        var rows = image.Height * image.Channels;
        var values = new float[checked(rows * width)];
        for (var row = 0; row < rows; row++)
        {
            var source = image.Values.AsSpan(row * image.Width, image.Width);
            for (var x = 0; x < width; x++)
            {
                var (start, weights) = filter[x];
                var sum = 0f;
                for (var i = 0; i < weights.Length; i++)
                    sum += source[start + i] * weights[i];
                values[row * width + x] = sum;
            }
        }

        return image with { Width = width, Values = values };
    }

    private static Planes Rows(Planes image, int height)
    {
        var filter = Filter(image.Height, height);
        var values = new float[checked(image.Width * height * image.Channels)];
        for (var c = 0; c < image.Channels; c++)
        {
            for (var y = 0; y < height; y++)
            {
                var (start, weights) = filter[y];
                var target = values.AsSpan((c * height + y) * image.Width, image.Width);
                for (var i = 0; i < weights.Length; i++)
                {
                    var source = image.Values.AsSpan((c * image.Height + start + i) * image.Width, image.Width);
                    for (var x = 0; x < target.Length; x++)
                        target[x] += source[x] * weights[i];
                }
            }
        }

        return image with { Height = height, Values = values };
    }

    private static (int Start, float[] Weights)[] Filter(int from, int to)
    {
        var scale = (double)from / to;
        var support = Math.Max(1, scale);
        var result = new (int, float[])[to];
        for (var target = 0; target < to; target++)
        {
            var centre = (target + 0.5) * scale;
            var start = Math.Max(0, (int)(centre - support + 0.5));
            var end = Math.Min(from, (int)(centre + support + 0.5));
            var weights = new double[end - start];
            for (var i = 0; i < weights.Length; i++)
                weights[i] = Math.Max(0, 1 - Math.Abs((start + i + 0.5 - centre) / support));
            var sum = weights.Sum();
            result[target] = (start, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return result;
    }
}
