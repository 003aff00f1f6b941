using System.Buffers.Binary;

namespace ModelRegistry.Weights.Fuzz;

/// <summary>What the mutator starts from: real files, and archives whose checksums a mutation cannot break.</summary>
internal static class Seeds
{
    private const int MaxLength = 20 << 10;

    internal static List<byte[]> Read(string folder)
    {
        var seeds = new List<byte[]>();
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.Length <= MaxLength)
            {
                seeds.Add(bytes);
            }
        }

        return seeds;
    }

    /// <summary>
    /// Puts right the CRC-32 of each stored record, in header, descriptor and directory, where the archive still holds
    /// together: else nearly every mutation would end at the checksum.
    /// </summary>
    internal static void MendChecksums(Span<byte> file)
    {
        for (var at = 0; file[at..].IndexOf("PK\u0001\u0002"u8) is >= 0 and var found;)
        {
            at += found;
            var entry = file[at..];
            at += 4;
            if (entry.Length < 46 || BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]) != 0)
            {
                continue;
            }

            var size = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
            var offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
            if (offset + 30L > file.Length || BinaryPrimitives.ReadUInt32LittleEndian(file[(int)offset..]) != 0x04034b50)
            {
                continue;
            }

            var local = file[(int)offset..];
            var data = 30 + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
            if (data + (long)size > local.Length)
            {
                continue;
            }

            var crc = Crc32.Compute(local.Slice(data, (int)size));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], crc);
            var after = local[(data + (int)size)..];
            if ((BinaryPrimitives.ReadUInt16LittleEndian(local[6..]) & 8) == 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(local[14..], crc);
            }
            else if (after.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(after) == 0x08074b50)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(after[4..], crc);
            }
        }
    }
}
