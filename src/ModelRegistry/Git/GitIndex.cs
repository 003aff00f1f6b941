using System.Text;

namespace ModelRegistry.Git;

/// <summary>What the index says of one file.</summary>
/// <param name="Blob">The staged content.</param>
/// <param name="Size">The file's length when it was staged, modulo 2^32.</param>
/// <param name="Seconds">When the file was last written, as the index remembers it.</param>
/// <param name="Nanoseconds">The rest of that time; 0 where git keeps no fractions.</param>
internal sealed record GitIndexEntry(GitObjectId Blob, uint Size, uint Seconds, uint Nanoseconds);

/// <summary>
/// Looks up files in the index (gitformat-index(5), versions 2 to 4) without starting git. What it does not understand (an unknown version)
/// it does not know: the answer is null.
/// </summary>
internal static class GitIndex
{
    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>The entry of a path; null where the index has none, has it as a conflict, or cannot be understood.</summary>
    public static GitIndexEntry? Find(GitLocation location, GitPath path) => Find(location, [path]).GetValueOrDefault(path);

    /// <summary>The entries of many paths, from one reading; those that the index has none of are not in the answer.</summary>
    public static IReadOnlyDictionary<GitPath, GitIndexEntry> Find(GitLocation location, IEnumerable<GitPath> paths)
    {
        var found = new Dictionary<GitPath, GitIndexEntry>();
        ReadOnlySpan<byte> index = ReadFile(Path.Combine(location.GitDirectory, "index"));
        var idLength = GitConfigFile.Of(location).ObjectIdLength;
        if (index.IsEmpty || (SplitIndex.IsPossible(location.GitDirectory) && SplitIndex.TryFind(location.GitDirectory, index, idLength, paths, found))) return found;
        Walk(new GitIndexReader(index, idLength), paths, found);
        return found;
    }

    /// <summary>Whether the index keeps entries in a shared file beside it. Git leaves such files for a while after it went back to one.</summary>
    public static bool IsSplit(GitLocation location) =>
        SplitIndex.IsPossible(location.GitDirectory) && SplitIndex.TryFind(location.GitDirectory, ReadFile(Path.Combine(location.GitDirectory, "index")), GitConfigFile.Of(location).ObjectIdLength, [], []);

    /// <summary>The whole of an index file; nothing where it is not there, cannot be read or is too long to look through at every question.</summary>
    public static byte[] ReadFile(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: < MaxLength } ? File.ReadAllBytes(file) : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // Both are in the order of their bytes.
    private static void Walk(GitIndexReader index, IEnumerable<GitPath> paths, Dictionary<GitPath, GitIndexEntry> found)
    {
        var sorted = paths.Select(path => (Path: path, Name: Encoding.UTF8.GetBytes(path.Value))).ToArray();
        Array.Sort(sorted, static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        for (ReadOnlySpan<(GitPath Path, byte[] Name)> wanted = sorted; wanted.Length > 0 && index.MoveNext();)
        {
            while (wanted.Length > 0 && index.Path.SequenceCompareTo(wanted[0].Name) > 0) wanted = wanted[1..];
            if (wanted.Length == 0 || !index.Path.SequenceEqual(wanted[0].Name)) continue;
            if (index.IsMerged) found[wanted[0].Path] = index.Entry;
            wanted = wanted[1..];
        }
    }
}
