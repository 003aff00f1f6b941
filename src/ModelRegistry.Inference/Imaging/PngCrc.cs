namespace ModelRegistry.Inference.Imaging;

/// <summary>The CRC-32 of PNG chunks: polynomial 0xEDB88320, reflected.</summary>
internal static class PngCrc
{
    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(Entry)];

    internal static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = s_table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint Entry(int index)
    {
        var crc = (uint)index;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
        return crc;
    }
}
