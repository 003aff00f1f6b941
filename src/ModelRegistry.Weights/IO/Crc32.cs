namespace ModelRegistry.Weights;

/// <summary>CRC-32 as zip uses it (ISO 3309, reflected polynomial 0xEDB88320), sixteen bytes a step.</summary>
internal static class Crc32
{
    private const int Step = 16;
    private static readonly uint[] Tables = BuildTables();

    internal static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a CRC: <c>Append(Compute(a), b) == Compute(a + b)</c>.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var tables = Tables.AsSpan();
        crc = ~crc;
        while (bytes.Length >= Step)
        {
            var head = crc ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var next = tables[(15 * 256) + (byte)head] ^ tables[(14 * 256) + (byte)(head >> 8)]
                ^ tables[(13 * 256) + (byte)(head >> 16)] ^ tables[(12 * 256) + (int)(head >> 24)];
            for (var i = 4; i < Step; i++)
            {
                next ^= tables[((Step - 1 - i) * 256) + bytes[i]];
            }

            crc = next;
            bytes = bytes[Step..];
        }

        foreach (var b in bytes)
        {
            crc = (crc >> 8) ^ tables[(byte)(crc ^ b)];
        }

        return ~crc;
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[Step * 256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * 0xEDB88320);
            }

            tables[i] = value;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            var previous = tables[i - 256];
            tables[i] = (previous >> 8) ^ tables[(byte)previous];
        }

        return tables;
    }
}
