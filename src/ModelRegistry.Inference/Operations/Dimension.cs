namespace ModelRegistry.Inference.Operations;

/// <summary>Arithmetic on sizes of which some are not known yet.</summary>
internal static class Dimension
{
    internal const long Unknown = -1;

    /// <summary>Largest size of one dimension, and of a whole tensor in elements: what one span can hold.</summary>
    internal const long Largest = int.MaxValue;

    internal static bool IsKnown(long size) => size != Unknown;

    internal static bool Compatible(long a, long b) => a == b || a == Unknown || b == Unknown;

    internal static bool Compatible(IReadOnlyList<long> a, IReadOnlyList<long> b)
    {
        if (a.Count != b.Count)
            return false;
        for (var i = 0; i < a.Count; i++)
        {
            if (!Compatible(a[i], b[i]))
                return false;
        }

        return true;
    }

    internal static long Product(long a, long b) => a == Unknown || b == Unknown ? Unknown : checked(a * b);

    /// <summary>Number of elements, or unknown.</summary>
    /// <exception cref="OverflowException">It does not fit 64 bits.</exception>
    internal static long Elements(ReadOnlySpan<long> shape)
    {
        var result = 1L;
        foreach (var size in shape)
            result = Product(result, size);
        return result;
    }

    /// <summary><c>[?, 64, 3, 3]</c>, with <c>?</c> for what is not known.</summary>
    internal static string Show(IEnumerable<long> shape) =>
        $"[{string.Join(", ", shape.Select(size => size == Unknown ? "?" : size.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
