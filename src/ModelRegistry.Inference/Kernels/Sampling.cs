namespace ModelRegistry.Inference.Kernels;

/// <summary>Which input elements an output element of a resized axis is made of; float32 arithmetic where PyTorch's is.</summary>
internal static class Sampling
{
    /// <summary>Where cell <paramref name="index"/> of an adaptive grid begins.</summary>
    public static int CellStart(int index, int input, int cells) => (int)((long)index * input / cells);

    /// <summary>Where it ends, exclusive.</summary>
    public static int CellEnd(int index, int input, int cells) => (int)((((index + 1L) * input) + cells - 1) / cells);

    /// <summary>The element at ⌊index · step⌋.</summary>
    public static int Nearest(int index, int input, int output, double? scale) =>
        (int)Math.Min((long)MathF.Floor(index * Step(input, output, scale)), input - 1);

    /// <summary>The two neighbours along one axis, and the weight of the second.</summary>
    public static (int First, int Second, float Weight) Linear(int index, int input, int output, double? scale, bool alignCorners)
    {
        if (input == output)
            return (index, index, 0);
        float source = alignCorners
            ? index * (output > 1 ? (float)(input - 1) / (output - 1) : 0)
            : MathF.Max(((index + 0.5f) * Step(input, output, scale)) - 0.5f, 0);
        int first = Math.Min((int)source, input - 1);
        return (first, Math.Min(first + 1, input - 1), Math.Clamp(source - first, 0, 1));
    }

    private static float Step(int input, int output, double? scale) =>
        scale is double factor ? (float)(1 / factor) : (float)input / output;
}
