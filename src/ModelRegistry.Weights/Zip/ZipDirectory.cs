using ModelRegistry.Shared;

namespace ModelRegistry.Weights.Zip;

/// <summary>
/// A strictly read zip archive: every record is checked against the directory, records neither overlap nor leave gaps,
/// and nothing stands before or after them. The framework's <c>ZipArchive</c> checks none of this.
/// </summary>
internal sealed class ZipDirectory
{
    private readonly Dictionary<string, ZipEntry> _byName;

    private ZipDirectory(MappedFile file, string where, List<ZipEntry> entries, Dictionary<string, ZipEntry> byName) =>
        (File, Where, Entries, _byName) = (file, where, entries, byName);

    internal MappedFile File { get; }

    /// <summary>What messages call the archive, e.g. <c>model.pth</c> or <c>model.pth!archive/inner.zip</c>; empty for the file itself.</summary>
    internal string Where { get; }

    /// <summary>In directory order, without directories.</summary>
    internal IReadOnlyList<ZipEntry> Entries { get; }

    internal static bool Recognises(MappedFile file) => file.Peek(0, 4).SequenceEqual("PK\u0003\u0004"u8);

    /// <exception cref="WeightsFormatException">The archive breaks a rule (MR0503 to MR0508).</exception>
    internal static ZipDirectory Read(MappedFile file, string where = "zip archive", bool windows = false)
    {
        var end = ZipEnd.Read(file, where);
        if (end.DirectoryLength > int.MaxValue)
        {
            throw new WeightsFormatException(WeightsCodes.SizeLimit, $"the directory has {end.DirectoryLength} bytes", where);
        }

        var directory = file.Slice(end.DirectoryOffset, (int)end.DirectoryLength);
        var entries = new List<ZipEntry>();
        var byName = new Dictionary<string, ZipEntry>(StringComparer.OrdinalIgnoreCase);
        var done = 0;
        for (long i = 0; i < end.EntryCount; i++)
        {
            var (entry, length) = ZipRecords.ReadDirectoryEntry(directory[done..], where, end.DirectoryOffset + done, windows);
            if (!byName.TryAdd(entry.Name, entry))
            {
                throw ZipEntryName.Bad(entry.Name, "is there twice (case aside)", $"{where} at byte {end.DirectoryOffset + done}");
            }

            entries.Add(entry);
            done += length;
        }

        if (done != directory.Length)
        {
            throw new WeightsFormatException(WeightsCodes.ZipStructure, "the directory holds more than it counts", $"{where} at byte {end.DirectoryOffset + done}");
        }

        CheckSizes(entries, where);
        CheckRecords(file, entries, end.DirectoryOffset, where, windows);
        entries.RemoveAll(e => e.Name.EndsWith('/'));
        foreach (var entry in entries)
        {
            byName[entry.Name] = entry;
        }

        return new ZipDirectory(file, where, entries, byName);
    }

    /// <summary>The record of exactly this name, or null.</summary>
    internal ZipEntry? Find(string name) =>
        _byName.TryGetValue(name, out var entry) && string.Equals(entry.Name, name, StringComparison.Ordinal) ? entry : null;

    private static void CheckSizes(List<ZipEntry> entries, string where)
    {
        long inflated = 0;
        foreach (var entry in entries)
        {
            if (entry.Name.EndsWith('/') && entry.Length != 0)
            {
                throw ZipEntryName.Bad(entry.Name, "is a directory's, yet it has data", where);
            }

            if (!entry.IsDeflated)
            {
                if (entry.Length != entry.CompressedLength)
                {
                    throw new WeightsFormatException(WeightsCodes.ZipHeaderMismatch, $"record {Display.Quote(entry.Name)} is stored, yet its two sizes differ ({entry.CompressedLength} and {entry.Length})", where);
                }

                continue;
            }

            inflated = Saturating.Add(inflated, entry.Length);
            if (entry.Length > ZipLimits.InflatedEntry || inflated > ZipLimits.InflatedTotal)
            {
                throw new WeightsFormatException(WeightsCodes.SizeLimit, $"record {Display.Quote(entry.Name)} would inflate to {entry.Length} bytes, {inflated} with those before it: more than is allowed", where, "store the records uncompressed, as PyTorch does");
            }

            if (entry.Length > ZipLimits.RatioFrom && entry.Length / ZipLimits.Ratio > entry.CompressedLength)
            {
                throw new WeightsFormatException(WeightsCodes.SizeLimit, $"record {Display.Quote(entry.Name)} would inflate from {entry.CompressedLength} to {entry.Length} bytes, more than {ZipLimits.Ratio} to 1", where, "store the records uncompressed, as PyTorch does");
            }
        }
    }

    private static void CheckRecords(MappedFile file, List<ZipEntry> entries, long directoryOffset, string where, bool windows)
    {
        var order = new int[entries.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => entries[a].HeaderOffset.CompareTo(entries[b].HeaderOffset));
        long position = 0;
        foreach (var index in order)
        {
            var entry = entries[index];
            if (entry.HeaderOffset != position)
            {
                var what = entry.HeaderOffset < position ? "overlaps the record before it"
                    : position == 0 ? $"is the first, yet {entry.HeaderOffset} bytes stand before it"
                    : $"leaves {entry.HeaderOffset - position} bytes unaccounted for before it";
                throw new WeightsFormatException(WeightsCodes.ZipStructure, $"record {Display.Quote(entry.Name)} {what}", $"{where} at byte {entry.HeaderOffset}");
            }

            (entries[index], position) = ZipRecords.ReadRecord(file, entry, directoryOffset, where, windows);
        }

        if (position != directoryOffset)
        {
            throw new WeightsFormatException(WeightsCodes.ZipStructure, $"{directoryOffset - position} bytes between the last record and the directory are unaccounted for", $"{where} at byte {position}");
        }
    }
}
