using static System.Buffers.Binary.BinaryPrimitives;

namespace ModelRegistry.Weights.Zip;

/// <summary>
/// The end of a zip archive: the end record, and the zip64 records that stand before it in every file of PyTorch.
/// Source: PKWARE APPNOTE 6.3.10, sections 4.3.14 to 4.3.16.
/// </summary>
internal readonly record struct ZipEnd(long DirectoryOffset, long DirectoryLength, long EntryCount)
{
    private const uint Zip64EndSignature = 0x06064b50;
    private const uint LocatorSignature = 0x07064b50;
    private const int EndLength = 22;
    private const int Zip64EndLength = 56;
    private const int LocatorLength = 20;

    internal static ZipEnd Read(MappedFile file, string where)
    {
        var at = Find(file, where);
        var end = file.Slice(at, EndLength);
        var (disk, startDisk) = (ReadUInt16LittleEndian(end[4..]), ReadUInt16LittleEndian(end[6..]));
        long entriesHere = ReadUInt16LittleEndian(end[8..]), entries = ReadUInt16LittleEndian(end[10..]);
        long length = ReadUInt32LittleEndian(end[12..]), offset = ReadUInt32LittleEndian(end[16..]);
        if (disk != 0 || startDisk != 0)
        {
            throw Bad($"the archive is said to span several disks ({disk}, {startDisk})", where, at);
        }

        if (entries != entriesHere)
        {
            throw Bad($"the end record counts {entriesHere} and {entries} records", where, at);
        }

        var zip64 = at >= LocatorLength + Zip64EndLength && ReadUInt32LittleEndian(file.Slice(at - LocatorLength, 4)) == LocatorSignature;
        if (!zip64)
        {
            return Checked(new ZipEnd(offset, length, entries), at, where);
        }

        var zip64At = at - LocatorLength - Zip64EndLength;
        CheckLocator(file.Slice(at - LocatorLength, LocatorLength), zip64At, where, at - LocatorLength);
        var wide = ReadZip64(file.Slice(zip64At, Zip64EndLength), where, zip64At);
        if (!Agrees(entries, wide.EntryCount, ushort.MaxValue) || !Agrees(length, wide.DirectoryLength, uint.MaxValue) || !Agrees(offset, wide.DirectoryOffset, uint.MaxValue))
        {
            throw Bad("the end record and the zip64 end record disagree", where, at);
        }

        return Checked(wide, zip64At, where);
    }

    private static long Find(MappedFile file, string where)
    {
        var reach = (int)Math.Min(file.Length, EndLength + ushort.MaxValue);
        var start = file.Length - reach;
        var tail = file.Slice(start, reach);
        long found = -1;
        for (var i = 0; i + EndLength <= tail.Length; i++)
        {
            var next = tail[i..].IndexOf("PK\u0005\u0006"u8);
            if (next < 0 || i + next + EndLength > tail.Length)
            {
                break;
            }

            i += next;
            if (i + EndLength + ReadUInt16LittleEndian(tail[(i + 20)..]) != tail.Length)
            {
                continue;
            }

            if (found >= 0)
            {
                throw Bad("there are two end records", where, start + i);
            }

            found = start + i;
        }

        return found >= 0 ? found : throw Bad("there is no end record whose comment ends at the end of the file: the file is cut short, or something follows the archive", where, file.Length);
    }

    private static void CheckLocator(ReadOnlySpan<byte> locator, long zip64At, string where, long at)
    {
        var (disk, offset, disks) = (ReadUInt32LittleEndian(locator[4..]), ReadInt64LittleEndian(locator[8..]), ReadUInt32LittleEndian(locator[16..]));
        if (disk != 0 || disks > 1)
        {
            throw Bad($"the zip64 locator says the archive spans several disks ({disk}, {disks})", where, at);
        }

        if (offset != zip64At)
        {
            throw Bad($"the zip64 locator points at {offset}, the zip64 end record stands at {zip64At}", where, at);
        }
    }

    private static ZipEnd ReadZip64(ReadOnlySpan<byte> record, string where, long at)
    {
        if (ReadUInt32LittleEndian(record) != Zip64EndSignature || ReadInt64LittleEndian(record[4..]) != Zip64EndLength - 12)
        {
            throw Bad("the zip64 end record is not where its locator is, or not of its size", where, at);
        }

        var (here, total) = (ReadInt64LittleEndian(record[24..]), ReadInt64LittleEndian(record[32..]));
        if (ReadUInt32LittleEndian(record[16..]) != 0 || ReadUInt32LittleEndian(record[20..]) != 0)
        {
            throw Bad("the zip64 end record says the archive spans several disks", where, at);
        }

        return here == total
            ? new ZipEnd(ReadInt64LittleEndian(record[48..]), ReadInt64LittleEndian(record[40..]), total)
            : throw Bad($"the zip64 end record counts {here} and {total} records", where, at);
    }

    private static ZipEnd Checked(ZipEnd end, long expectedEnd, string where)
    {
        if (end.DirectoryOffset < 0 || end.DirectoryLength < 0 || end.DirectoryOffset > expectedEnd || end.DirectoryLength != expectedEnd - end.DirectoryOffset)
        {
            throw Bad($"the directory ({end.DirectoryLength} bytes at {end.DirectoryOffset}) does not end where the end record starts ({expectedEnd})", where, expectedEnd);
        }

        return end.EntryCount is >= 0 and <= ZipLimits.Entries
            ? end
            : throw new WeightsFormatException(WeightsCodes.SizeLimit, $"the archive is said to hold {end.EntryCount} records, more than {ZipLimits.Entries}", where);
    }

    private static bool Agrees(long narrow, long wide, long unset) => narrow == wide || narrow == unset;

    private static WeightsFormatException Bad(string what, string where, long at) =>
        new(WeightsCodes.ZipStructure, what, $"{where} at byte {at}", "fetch or save the file again");
}
