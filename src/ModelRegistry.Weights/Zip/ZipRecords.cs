using static System.Buffers.Binary.BinaryPrimitives;

namespace ModelRegistry.Weights.Zip;

/// <summary>Reads directory entries and the records they point at, and holds each against the other.</summary>
internal static class ZipRecords
{
    private const uint DirectorySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const uint DescriptorSignature = 0x08074b50;
    private const int DirectoryLength = 46;
    private const int LocalLength = 30;
    private const ushort DescriptorFlag = 0x0008;
    private const ushort AllowedFlags = 0x0002 | 0x0004 | DescriptorFlag | 0x0800;
    private const ushort Deflate = 8;

    /// <summary>One directory entry and how many bytes of the directory it took.</summary>
    internal static (ZipEntry Entry, int Length) ReadDirectoryEntry(ReadOnlySpan<byte> directory, string archive, long at, bool windows)
    {
        var where = $"{archive} at byte {at}";
        if (directory.Length < DirectoryLength || ReadUInt32LittleEndian(directory) != DirectorySignature)
        {
            throw new WeightsFormatException(WeightsCodes.ZipStructure, "the directory holds fewer entries than it counts", where);
        }

        int nameLength = ReadUInt16LittleEndian(directory[28..]), extraLength = ReadUInt16LittleEndian(directory[30..]), commentLength = ReadUInt16LittleEndian(directory[32..]);
        var total = DirectoryLength + nameLength + extraLength + commentLength;
        if (total > directory.Length)
        {
            throw new WeightsFormatException(WeightsCodes.ZipStructure, "a directory entry leaves the directory", where);
        }

        var name = ZipEntryName.Read(directory.Slice(DirectoryLength, nameLength), where, windows);
        var flags = ReadUInt16LittleEndian(directory[8..]);
        var method = ReadUInt16LittleEndian(directory[10..]);
        if ((flags & ~AllowedFlags) != 0)
        {
            var what = (flags & 0x2041) != 0 ? "is encrypted" : "uses unsupported features";
            throw new WeightsFormatException(WeightsCodes.ZipFeature, $"record {Display.Quote(name)} {what} (flags 0x{flags:x4})", where, "save it without");
        }

        if (method is not 0 and not Deflate)
        {
            throw new WeightsFormatException(WeightsCodes.ZipFeature, $"record {Display.Quote(name)} uses compression method {method}; only stored (0) and deflated (8) are read", where);
        }

        const uint FileTypeMask = 0xF000, SymbolicLink = 0xA000;
        if ((ReadUInt32LittleEndian(directory[38..]) >> 16 & FileTypeMask) == SymbolicLink)
        {
            throw ZipEntryName.Bad(name, "is a symbolic link", where);
        }

        var sizes = new ZipSizes(ReadUInt32LittleEndian(directory[24..]), ReadUInt32LittleEndian(directory[20..]), ReadUInt32LittleEndian(directory[42..]), ReadUInt16LittleEndian(directory[34..]))
            .Widen(directory.Slice(DirectoryLength + nameLength, extraLength), name, where);
        if (sizes.Disk != 0)
        {
            throw new WeightsFormatException(WeightsCodes.ZipStructure, $"record {Display.Quote(name)} is said to be on disk {sizes.Disk}", where);
        }

        return (new ZipEntry
        {
            Name = name,
            Flags = flags,
            IsDeflated = method == Deflate,
            Crc = ReadUInt32LittleEndian(directory[16..]),
            Length = sizes.Length,
            CompressedLength = sizes.CompressedLength,
            HeaderOffset = sizes.Offset,
        }, total);
    }

    /// <summary>Checks the record against its directory entry; gives the entry its data offset, and where the record ends.</summary>
    internal static (ZipEntry Entry, long End) ReadRecord(MappedFile file, ZipEntry entry, long limit, string archive, bool windows)
    {
        var where = $"{archive} at byte {entry.HeaderOffset}";
        Span<byte> header = stackalloc byte[LocalLength];
        if (entry.HeaderOffset <= limit - LocalLength)
        {
            file.Read(entry.HeaderOffset, header);
        }

        if (ReadUInt32LittleEndian(header) != LocalSignature)
        {
            throw new WeightsFormatException(WeightsCodes.ZipStructure, $"there is no record where the directory places {Display.Quote(entry.Name)}", where);
        }

        int nameLength = ReadUInt16LittleEndian(header[26..]), extraLength = ReadUInt16LittleEndian(header[28..]);
        var data = entry.HeaderOffset + LocalLength + nameLength + extraLength;
        if (data > limit || entry.CompressedLength > limit - data)
        {
            throw new WeightsFormatException(WeightsCodes.ZipStructure, $"record {Display.Quote(entry.Name)} of {entry.CompressedLength} bytes runs into the directory", where);
        }

        var variable = new byte[nameLength + extraLength].AsSpan();
        file.Read(entry.HeaderOffset + LocalLength, variable);
        if (ZipEntryName.Read(variable[..nameLength], where, windows) != entry.Name)
        {
            throw Mismatch(entry, "name", where);
        }

        if (ReadUInt16LittleEndian(header[6..]) != entry.Flags)
        {
            throw Mismatch(entry, "flags", where);
        }

        if (ReadUInt16LittleEndian(header[8..]) != (entry.IsDeflated ? Deflate : 0))
        {
            throw Mismatch(entry, "method", where);
        }

        var crc = ReadUInt32LittleEndian(header[14..]);
        var local = new ZipSizes(ReadUInt32LittleEndian(header[22..]), ReadUInt32LittleEndian(header[18..]), 0, 0).Widen(variable[nameLength..], entry.Name, where);
        var end = data + entry.CompressedLength;
        var described = (entry.Flags & DescriptorFlag) != 0;
        var blank = described && crc == 0 && local is { Length: 0, CompressedLength: 0 };
        if (!blank && (crc != entry.Crc || local.Length != entry.Length || local.CompressedLength != entry.CompressedLength))
        {
            throw Mismatch(entry, "sizes or CRC", where);
        }

        return (entry with { DataOffset = data }, described ? end + DescriptorLength(file, entry, end, limit, where) : end);
    }

    /// <summary>The descriptor after the data comes with or without signature, with 32- or 64-bit sizes: one of them has to fit.</summary>
    private static int DescriptorLength(MappedFile file, ZipEntry entry, long at, long limit, string where)
    {
        Span<byte> buffer = stackalloc byte[24];
        ReadOnlySpan<byte> bytes = buffer[..(int)Math.Min(24, limit - at)];
        file.Read(at, buffer[..bytes.Length]);
        var signed = bytes.Length >= 4 && ReadUInt32LittleEndian(bytes) == DescriptorSignature;
        foreach (var skip in signed ? (ReadOnlySpan<int>)[4, 0] : [0])
        {
            var fields = bytes[skip..];
            if (fields.Length < 12 || ReadUInt32LittleEndian(fields) != entry.Crc)
            {
                continue;
            }

            if (fields.Length >= 20 && ReadInt64LittleEndian(fields[4..]) == entry.CompressedLength && ReadInt64LittleEndian(fields[12..]) == entry.Length)
            {
                return skip + 20;
            }

            if (ReadUInt32LittleEndian(fields[4..]) == entry.CompressedLength && ReadUInt32LittleEndian(fields[8..]) == entry.Length)
            {
                return skip + 12;
            }
        }

        throw Mismatch(entry, "data descriptor", where);
    }

    private static WeightsFormatException Mismatch(ZipEntry entry, string what, string where) =>
        new(WeightsCodes.ZipHeaderMismatch, $"record {Display.Quote(entry.Name)}: {what} of the record and of the directory differ", where, "two programs would read two different files from it; save it again");
}
