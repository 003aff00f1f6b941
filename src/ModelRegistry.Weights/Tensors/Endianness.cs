namespace ModelRegistry.Weights.Tensors;

/// <summary>Byte order of stored elements.</summary>
internal static class Endianness
{
    /// <summary>Reverses each group of <paramref name="width"/> bytes in place.</summary>
    internal static void Swap(Span<byte> bytes, int width)
    {
        for (var i = 0; width > 1 && i + width <= bytes.Length; i += width)
        {
            bytes.Slice(i, width).Reverse();
        }
    }
}
