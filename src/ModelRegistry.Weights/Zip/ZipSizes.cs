using static System.Buffers.Binary.BinaryPrimitives;

namespace ModelRegistry.Weights.Zip;

/// <summary>Size fields of a record, 32 bits wide, or 64 in an extra field where a narrow one is all ones.</summary>
internal readonly record struct ZipSizes(long Length, long CompressedLength, long Offset, long Disk)
{
    private const ushort Zip64Extra = 0x0001;

    internal ZipSizes Widen(ReadOnlySpan<byte> extra, string name, string where)
    {
        var wide = this;
        var seen = false;
        while (extra.Length > 0)
        {
            if (extra.Length < 4 || 4 + ReadUInt16LittleEndian(extra[2..]) > extra.Length)
            {
                throw Bad(name, "an extra field leaves its record", where);
            }

            var length = ReadUInt16LittleEndian(extra[2..]);
            if (ReadUInt16LittleEndian(extra) == Zip64Extra)
            {
                wide = seen ? throw Bad(name, "there are two zip64 fields", where) : Apply(extra.Slice(4, length), name, where);
                seen = true;
            }

            extra = extra[(4 + length)..];
        }

        var unset = Length == uint.MaxValue || CompressedLength == uint.MaxValue || Offset == uint.MaxValue;
        return unset && !seen ? throw Bad(name, "a 64-bit size is missing", where) : wide;
    }

    private ZipSizes Apply(ReadOnlySpan<byte> field, string name, string where)
    {
        var rest = field;
        var (length, compressed, offset, disk) = this;
        if (length == uint.MaxValue)
        {
            length = Take(ref rest, name, where);
        }

        if (compressed == uint.MaxValue)
        {
            compressed = Take(ref rest, name, where);
        }

        if (offset == uint.MaxValue)
        {
            offset = Take(ref rest, name, where);
        }

        if (disk == ushort.MaxValue && rest.Length >= 4)
        {
            disk = ReadUInt32LittleEndian(rest);
        }

        return new ZipSizes(length, compressed, offset, disk);
    }

    private static long Take(ref ReadOnlySpan<byte> rest, string name, string where)
    {
        if (rest.Length < 8 || ReadInt64LittleEndian(rest) is var value && value < 0)
        {
            throw Bad(name, "its zip64 field is too short or negative", where);
        }

        rest = rest[8..];
        return value;
    }

    private static WeightsFormatException Bad(string name, string what, string where) =>
        new(WeightsCodes.ZipStructure, $"record {Display.Quote(name)}: {what}", where);
}
