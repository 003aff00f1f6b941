using System.Text;
using ModelRegistry.Files;
using ModelRegistry.Git;

namespace ModelRegistry.Syncing;

/// <summary>
/// Finishes what a git that was killed while it moved the work tree left: some files are new, one may be cut off, and the index is the old
/// one, so git itself takes every new file for somebody's work. What is neither the old content nor the new, nor the beginning
/// of the new, is somebody's work, and stays as a change that is not committed.
/// </summary>
internal static class HalfMovedTree
{
    /// <param name="Path">The path from the top.</param>
    /// <param name="Entry">What the index is to say of it: mode and object.</param>
    /// <param name="Old">The content that it had; null where it was no file.</param>
    /// <param name="New">The content that it is to have; null where it is to be no file.</param>
    private sealed record Change(string Path, string Entry, GitObjectId? Old, GitObjectId? New);

    public static void Finish(GitRepository repository, GitObjectId before, GitObjectId after, CancellationToken cancellation)
    {
        var changes = Read(repository.RunRaw(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", before.Hex, after.Hex], null, cancellation).Output);
        var ours = changes.Where(change => (change.Old ?? change.New) is not null && IsOurs(repository, change, cancellation)).ToList();
        var entries = string.Concat(changes.Select(change => $"{change.Entry}\t{change.Path}\0"));
        repository.WriteOrFail(["update-index", "-z", "--index-info"], Encoding.UTF8.GetBytes(entries), cancellation);
        foreach (var gone in ours.Where(change => change.New is null)) Remove(repository.WorkTree, gone.Path);
        var made = string.Concat(ours.Where(change => change.New is not null).Select(change => change.Path + "\0"));
        if (made.Length > 0) repository.WriteOrFail(["checkout-index", "--force", "--quiet", "-u", "-z", "--stdin"], Encoding.UTF8.GetBytes(made), cancellation);
    }

    // :OLDMODE MODE OLD NEW STATUS NUL PATH NUL
    private static List<Change> Read(string raw) =>
    [
        .. raw.Split('\0', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Where(pair => pair.Length == 2)
            .Select(pair => (Path: pair[1], Facts: pair[0].TrimStart(':').Split(' ')))
            .Select(found => new Change(found.Path, $"{found.Facts[1]} {found.Facts[3]}", OfFile(found.Facts[0], found.Facts[2]), OfFile(found.Facts[1], found.Facts[3]))),
    ];

    // No entry at all, or a submodule, is no file.
    private static GitObjectId? OfFile(string mode, string id) => mode is "000000" or "160000" ? null : GitObjectId.Parse(id);

    private static bool IsOurs(GitRepository repository, Change change, CancellationToken cancellation)
    {
        var file = Path.Combine(repository.WorkTree, change.Path);
        // What stands behind a link is nobody's that this moved.
        if (SymbolicLinks.Find(repository.WorkTree, Path.GetDirectoryName(file)!) is not null) return false;
        if (new FileInfo(file) is { LinkTarget: { } target })
            return new[] { change.Old, change.New }.OfType<GitObjectId>().Any(side => Content(repository, side, cancellation).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(target)));
        if (!File.Exists(file)) return !Directory.Exists(file);
        var hashed = repository.Try(["hash-object", "--", file], cancellation);
        if (hashed.Succeeded && GitObjectId.TryParse(hashed.Line, out var now) && (now == change.Old || now == change.New)) return true;
        return change.New is not null && Content(repository, change.New, cancellation).AsSpan().StartsWith(File.ReadAllBytes(file));
    }

    private static byte[] Content(GitRepository repository, GitObjectId blob, CancellationToken cancellation) => repository.RunRaw(["cat-file", "blob", blob.Hex], null, cancellation).Bytes;

    private static void Remove(string workTree, string path)
    {
        var file = Path.Combine(workTree, path);
        File.Delete(file);
        for (var folder = Path.GetDirectoryName(file)!; folder.Length > workTree.Length && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder)!) Directory.Delete(folder);
    }
}
