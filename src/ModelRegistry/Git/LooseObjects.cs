using System.IO.Compression;
using System.Text;

namespace ModelRegistry.Git;

/// <summary>Reads objects that git has just written, each in a file of its own (gitrepository-layout(5), <c>objects/</c>), without starting git.</summary>
internal static class LooseObjects
{
    private const int MaxLength = 16 * 1024 * 1024;

    /// <summary>The blob of a path in a commit; null where the commit has none there. False where an object on the way is packed.</summary>
    public static bool TryFind(GitLocation location, GitObjectId commit, GitPath path, out GitObjectId? blob)
    {
        blob = null;
        if (Read(location, commit, "commit") is not { } header || Encoding.ASCII.GetString(header).Split('\n', 2)[0].Split(' ') is not ["tree", var tree] || !GitObjectId.TryParse(tree, out var at)) return false;
        foreach (var segment in path.Value.Split('/'))
        {
            if (Read(location, at, "tree") is not { } entries) return false;
            if (Entry(entries, Encoding.UTF8.GetBytes(segment), commit.Hex.Length / 2) is not { } next) return true;
            at = next;
        }

        blob = at;
        return true;
    }

    /// <summary>The content of a blob; null where it is packed.</summary>
    public static byte[]? Blob(GitLocation location, GitObjectId blob) => Read(location, blob, "blob");

    private static byte[]? Read(GitLocation location, GitObjectId id, string type)
    {
        var file = Path.Combine(location.CommonDirectory, "objects", id.Hex[..2], id.Hex[2..]);
        if (!File.Exists(file)) return null;
        using var inflated = new ZLibStream(File.OpenRead(file), CompressionMode.Decompress);
        using var content = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = inflated.Read(buffer)) > 0 && content.Length < MaxLength;) content.Write(buffer, 0, read);
        var bytes = content.ToArray();
        var end = Array.IndexOf(bytes, (byte)0);
        return end > 0 && Encoding.ASCII.GetString(bytes, 0, end).StartsWith(type + " ", StringComparison.Ordinal) ? bytes[(end + 1)..] : null;
    }

    // MODE SP NAME NUL ID, one after the other.
    private static GitObjectId? Entry(ReadOnlySpan<byte> tree, ReadOnlySpan<byte> name, int idLength)
    {
        while (tree.Length > 0)
        {
            var space = tree.IndexOf((byte)' ');
            var end = tree.IndexOf((byte)0);
            if (space < 0 || end < space || tree.Length < end + 1 + idLength) return null;
            if (tree[(space + 1)..end].SequenceEqual(name)) return GitObjectId.OfHash(tree.Slice(end + 1, idLength));
            tree = tree[(end + 1 + idLength)..];
        }

        return null;
    }
}
