namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>Checked products and window arithmetic: shapes come from files, so every overflow is an <see cref="ArgumentException"/>.</summary>
internal static class ShapeArithmetic
{
    /// <summary>Elements of a tensor; a kernel addresses at most <see cref="int.MaxValue"/> of them.</summary>
    public static int Product(params ReadOnlySpan<int> dimensions)
    {
        long product = 1;
        bool empty = false;
        foreach (int dimension in dimensions)
        {
            if (dimension < 0)
                throw new ArgumentException($"negative dimension in [{string.Join(", ", dimensions.ToArray())}]");
            if (dimension == 0)
            {
                empty = true;
                continue;
            }

            product *= dimension;
            if (product > int.MaxValue)
                throw new ArgumentException($"[{string.Join(", ", dimensions.ToArray())}] has more than {int.MaxValue} elements");
        }

        return empty ? 0 : (int)product;
    }

    /// <summary>Output length of a sliding window along one axis.</summary>
    /// <param name="ceiling">Counts a last window that starts inside the input or its left padding but ends beyond it.</param>
    public static int Windows(int input, int kernel, int stride, int padding, int dilation, bool ceiling = false)
    {
        if (kernel < 1 || stride < 1 || dilation < 1 || padding < 0)
            throw new ArgumentException($"kernel {kernel}, stride {stride} and dilation {dilation} must be positive and padding {padding} not negative");
        long room = input + (2L * padding) - ((long)dilation * (kernel - 1L)) - 1;
        if (room < 0)
            throw new ArgumentException($"a window of {kernel} (dilation {dilation}) does not fit an input of {input} with padding {padding}");
        long output = ((room + (ceiling ? stride - 1 : 0)) / stride) + 1;
        if (ceiling && (output - 1) * stride >= input + (long)padding)
            output--;
        return output <= int.MaxValue ? (int)output : throw new ArgumentException($"an output of {output} is too large");
    }

    /// <summary>Refuses a buffer that is not exactly as long as its shape says.</summary>
    public static void Expect(int actual, int expected, string what)
    {
        if (actual != expected)
            throw new ArgumentException($"{what} has {actual} elements, its shape has {expected}");
    }

    /// <summary>Refuses an optional buffer that is neither empty nor as long as its shape says.</summary>
    public static void ExpectOptional(int actual, int expected, string what)
    {
        if (actual != 0)
            Expect(actual, expected, what);
    }
}
