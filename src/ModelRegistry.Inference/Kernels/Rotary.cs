using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Kernels;

/// <summary>Rotary positions. Output may be the input.</summary>
internal static class Rotary
{
    /// <summary>Cosine and sine for each pair of each position; angles in double precision, for long sequences.</summary>
    public static (float Cosine, float Sine)[] Angles(double wavelengths, int width, int start, int positions)
    {
        var angles = new (float, float)[positions * (width / 2)];
        for (int i = 0; i < angles.Length; i++)
        {
            (int position, int pair) = Math.DivRem(i, width / 2);
            (double sine, double cosine) = Math.SinCos((start + position) * Math.Pow(wavelengths, -2.0 * pair / width));
            angles[i] = ((float)cosine, (float)sine);
        }

        return angles;
    }

    public static void Run(
        int heads, int positions, int features, int width, bool interleaved, (float Cosine, float Sine)[] angles, ReadOnlySpan<float> input, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, ShapeArithmetic.Product(heads, positions, features), "input");
        ShapeArithmetic.Expect(output.Length, input.Length, "output");
        for (int row = 0; row < heads * positions; row++)
        {
            ReadOnlySpan<float> from = input.Slice(row * features, features);
            Span<float> to = output.Slice(row * features, features);
            from[width..].CopyTo(to[width..]);
            for (int pair = 0; pair < width / 2; pair++)
            {
                (int first, int second) = interleaved ? (2 * pair, (2 * pair) + 1) : (pair, pair + (width / 2));
                (float cosine, float sine) = angles[(row % positions * (width / 2)) + pair];
                (to[first], to[second]) = ((from[first] * cosine) - (from[second] * sine), (from[second] * cosine) + (from[first] * sine));
            }
        }
    }
}
