using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Tests.Kernels;

internal static class KernelAssert
{
    /// <summary>Every vector width, whatever this processor has in hardware.</summary>
    public static TheoryData<string> Widths => [nameof(VectorWidth.Vector128), nameof(VectorWidth.Vector256), nameof(VectorWidth.Vector512)];

    public static VectorKernels Kernels(string width) => VectorKernels.For(Enum.Parse<VectorWidth>(width));

    public static float[] Values(Random random, int length)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++)
            values[i] = (random.NextSingle() * 2) - 1;
        return values;
    }

    /// <summary>Equal within 1e-5 of the largest magnitude, or of 0.1 where everything cancels: sums of different order differ by that much and no more.</summary>
    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string context, float relative = 1e-5f)
    {
        Assert.True(expected.Length == actual.Length, $"{context}: {actual.Length} elements, not {expected.Length}");
        float scale = 0.1f;
        foreach (float value in expected)
            if (float.IsFinite(value))
                scale = Math.Max(scale, Math.Abs(value));
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = float.IsFinite(expected[i])
                ? Math.Abs(expected[i] - actual[i]) <= relative * scale
                : expected[i].Equals(actual[i]);
            Assert.True(same, $"element {i} is {actual[i]:R}, not {expected[i]:R} (largest magnitude {scale}): {context}");
        }
    }
}
