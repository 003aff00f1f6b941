using System.Buffers.Binary;

namespace ModelRegistry.Weights.Described;

/// <summary>The superblock of an HDF5 file, which says how long the file is. Source: HDF5 file format specification, section II.A.</summary>
internal static class Hdf5
{
    private const int OffsetSize = 8;

    internal static string? DamageOf(ReadOnlySpan<byte> head, long length)
    {
        // Where offsets take eight bytes, as everybody writes them, the end of the file stands at a fixed place.
        var at = head.Length < 48 ? -1 : head[8] switch
        {
            0 when head[13] == OffsetSize => 40,
            1 when head[13] == OffsetSize => 44,
            2 or 3 when head[9] == OffsetSize => 28,
            _ => -1,
        };
        if (at < 0 || head.Length < at + OffsetSize)
        {
            return null;
        }

        var end = BinaryPrimitives.ReadUInt64LittleEndian(head[at..]);
        return end > (ulong)length ? $"its superblock says that it ends at {end}, and it has {length} bytes" : null;
    }
}
