using System.Buffers.Binary;

namespace ModelRegistry.Weights.Described;

/// <summary>The start of a flatbuffer: offset of the root table, then a file identifier.</summary>
internal static class FlatBuffer
{
    internal static bool HasIdentifier(ReadOnlySpan<byte> head, ReadOnlySpan<byte> identifier) => head.Length >= 8 && head.Slice(4, 4).SequenceEqual(identifier);

    internal static string? DamageOf(ReadOnlySpan<byte> head, long length)
    {
        var root = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (root > length - 4)
        {
            return $"its root table is at {root}, and it has {length} bytes";
        }

        if (root + 4 > head.Length)
        {
            return null;
        }

        var table = root - (long)BinaryPrimitives.ReadInt32LittleEndian(head[(int)root..]);
        return table < 0 || table > length - 4 ? $"the description of its root table is at {table}, and it has {length} bytes" : null;
    }
}
