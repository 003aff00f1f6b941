using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Git;

/// <summary>What the index says of one file.</summary>
/// <param name="Blob">The staged content.</param>
/// <param name="Size">The file's length when it was staged, modulo 2^32.</param>
/// <param name="Seconds">When the file was last written, as the index remembers it.</param>
/// <param name="Nanoseconds">The rest of that time; 0 where git keeps no fractions.</param>
internal sealed record GitIndexEntry(GitObjectId Blob, uint Size, uint Seconds, uint Nanoseconds);

/// <summary>
/// Looks up files in the index (gitformat-index(5), versions 2 to 4) without starting git. What it does not understand (a split
/// index, an unknown version) it does not know: the answer is null.
/// </summary>
internal static class GitIndex
{
    private const int MaxLength = 64 * 1024 * 1024, HeaderLength = 12, StatLength = 40;

    /// <summary>The entry of a path; null where the index has none, has it as a conflict, or cannot be understood.</summary>
    public static GitIndexEntry? Find(GitLocation location, GitPath path) => Find(location, [path]).GetValueOrDefault(path);

    /// <inheritdoc cref="Find(GitLocation, GitPath)"/>
    public static GitIndexEntry? Find(string file, int idLength, GitPath path) => Find(file, idLength, [path]).GetValueOrDefault(path);

    /// <summary>The entries of many paths, from one reading; those that the index has none of are not in the answer.</summary>
    public static IReadOnlyDictionary<GitPath, GitIndexEntry> Find(GitLocation location, IEnumerable<GitPath> paths) =>
        Find(Path.Combine(location.GitDirectory, "index"), GitConfigFile.Of(location).ObjectIdLength, paths);

    private static Dictionary<GitPath, GitIndexEntry> Find(string file, int idLength, IEnumerable<GitPath> paths)
    {
        var found = new Dictionary<GitPath, GitIndexEntry>();
        if (new FileInfo(file) is not { Exists: true, Length: > HeaderLength and < MaxLength }) return found;
        ReadOnlySpan<byte> index;
        try
        {
            index = File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return found;
        }

        var wanted = paths.Select(path => (Path: path, Name: Encoding.UTF8.GetBytes(path.Value))).ToArray();
        Array.Sort(wanted, static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        if (index.StartsWith("DIRC"u8)) Walk(index, idLength, wanted, found);
        return found;
    }

    // Both are in the order of their bytes.
    private static void Walk(ReadOnlySpan<byte> index, int idLength, ReadOnlySpan<(GitPath Path, byte[] Name)> wanted, Dictionary<GitPath, GitIndexEntry> found)
    {
        var version = BinaryPrimitives.ReadUInt32BigEndian(index[4..]);
        var count = BinaryPrimitives.ReadUInt32BigEndian(index[8..]);
        if (version is < 2 or > 4) return;
        var at = HeaderLength;
        var previous = new byte[4096];
        var previousLength = 0;
        for (var i = 0u; i < count && wanted.Length > 0; i++)
        {
            var entry = index[at..];
            var name = StatLength + idLength + 2;
            if (entry.Length < name + 2) return;
            var flags = BinaryPrimitives.ReadUInt16BigEndian(entry[(StatLength + idLength)..]);
            if ((flags & 0x4000) != 0) name += 2;
            ReadOnlySpan<byte> path;
            if (version == 4)
            {
                // The path is the previous one without its last N bytes, and what follows up to a NUL.
                var strip = ReadOffset(entry, ref name);
                var suffix = entry[name..];
                var end = suffix.IndexOf((byte)0);
                var kept = previousLength - strip;
                if (end < 0 || kept < 0 || kept + end > previous.Length) return;
                suffix[..end].CopyTo(previous.AsSpan(kept));
                previousLength = kept + end;
                path = previous.AsSpan(0, previousLength);
                at += name + end + 1;
            }
            else
            {
                var end = entry[name..].IndexOf((byte)0);
                if (end < 0) return;
                path = entry.Slice(name, end);
                at += (name + end + 8) & ~7;
            }

            while (wanted.Length > 0 && path.SequenceCompareTo(wanted[0].Name) > 0) wanted = wanted[1..];
            if (wanted.Length == 0 || !path.SequenceEqual(wanted[0].Name)) continue;
            // A stage other than 0 is a conflict.
            if ((flags & 0x3000) == 0)
            {
                found[wanted[0].Path] = new GitIndexEntry(
                    GitObjectId.OfHash(entry.Slice(StatLength, idLength)), BinaryPrimitives.ReadUInt32BigEndian(entry[36..]),
                    BinaryPrimitives.ReadUInt32BigEndian(entry[8..]), BinaryPrimitives.ReadUInt32BigEndian(entry[12..]));
            }

            wanted = wanted[1..];
        }
    }

    // The variable-length integer of pack files (gitformat-pack(5), "offset encoding").
    private static int ReadOffset(ReadOnlySpan<byte> entry, ref int at)
    {
        var value = entry[at] & 0x7f;
        while ((entry[at++] & 0x80) != 0)
        {
            if (at >= entry.Length || value > 1 << 20) return int.MaxValue;
            value = ((value + 1) << 7) | (entry[at] & 0x7f);
        }

        return value;
    }
}
