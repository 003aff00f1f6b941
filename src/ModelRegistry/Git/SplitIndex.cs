using System.Text;

namespace ModelRegistry.Git;

/// <summary>
/// An index that keeps most entries in a shared file beside it (<c>core.splitIndex</c>; gitformat-index(5), "Split index"), and says itself
/// which of them are gone, which it replaces, and what came to them.
/// </summary>
internal static class SplitIndex
{
    private const string SharedPrefix = "sharedindex.";

    /// <summary>Whether an index in a git directory can be split at all.</summary>
    public static bool IsPossible(string gitDirectory) => Directory.EnumerateFiles(gitDirectory, SharedPrefix + "*").Any();

    /// <summary>Finds entries by their paths. False where the index is not split.</summary>
    /// <param name="gitDirectory">Where the shared file stands.</param>
    /// <param name="index">The index.</param>
    /// <param name="idLength">Bytes in the name of an object.</param>
    /// <param name="wanted">The paths.</param>
    /// <param name="found">Gets their entries.</param>
    public static bool TryFind(string gitDirectory, ReadOnlySpan<byte> index, int idLength, IEnumerable<GitPath> wanted, Dictionary<GitPath, GitIndexEntry> found)
    {
        var own = new GitIndexReader(index, idLength);
        while (own.MoveNext())
        {
        }

        var link = own.Extension("link"u8);
        if (link.Length < idLength || link[..idLength].IndexOfAnyExcept((byte)0) < 0) return false;
        var shared = new GitIndexReader(GitIndex.ReadFile(Path.Combine(gitDirectory, SharedPrefix + GitObjectId.OfHash(link[..idLength]).Hex)), idLength);
        var bitmaps = link[idLength..];
        // Where no entry is gone and none is replaced, git leaves both lists out.
        var (gone, replaced) = bitmaps.IsEmpty ? (EwahBitmap.Empty, EwahBitmap.Empty) : (EwahBitmap.Read(ref bitmaps), EwahBitmap.Read(ref bitmaps));
        if (gone is null || replaced is null) return true;

        var paths = wanted.ToDictionary(path => path.Value, StringComparer.Ordinal);
        own = new GitIndexReader(index, idLength);
        for (var i = 0; shared.MoveNext(); i++)
        {
            // What replaces stands first, in the order of what it replaces, without names.
            var isReplaced = replaced.Has(i);
            if (isReplaced && !own.MoveNext()) return true;
            if (!gone.Has(i)) Keep(shared.Path, isReplaced ? own : shared);
        }

        while (own.MoveNext()) Keep(own.Path, own);
        return true;

        void Keep(ReadOnlySpan<byte> path, GitIndexReader at)
        {
            if (at.IsMerged && paths.TryGetValue(Encoding.UTF8.GetString(path), out var asked)) found[asked] = at.Entry;
        }
    }
}
