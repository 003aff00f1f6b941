using System.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>
/// What a git command of ours left because it was killed: locks of the index, of references and of the lists beside them, and objects that were
/// not finished. A file counts as ours only where the note of a dead command is no younger, the file is this user's, and no
/// living git process that is at work there can have made it; any other is somebody else's and is never touched.
/// </summary>
internal static class GitLeftovers
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1), Still = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromMilliseconds(50);

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>What the note of a dead command proves to be its.</summary>
    public static IEnumerable<string> Find(GitLocation location, GitWriteNote note)
    {
        string[] places = [location.WorkTree, location.GitDirectory, location.CommonDirectory];
        return Locks(location.GitDirectory, location.CommonDirectory).Concat(Unfinished(location.CommonDirectory)).Distinct().Where(file => IsLeft(file, note, places)).ToList();
    }

    /// <summary>Removes what the note of a dead command proves to be its.</summary>
    /// <returns>The files that were removed.</returns>
    public static IReadOnlyList<string> Remove(GitLocation location, GitWriteNote note)
    {
        var files = Find(location, note).Concat(note.Remote is { } remote ? OfRemote(remote, note) : []).ToList();
        foreach (var file in files)
        {
            if (Directory.Exists(file)) Directory.Delete(file, recursive: true);
            else File.Delete(file);
        }

        return files;
    }

    // Others push to the same remote, from other machines too: a lock of theirs is gone in a moment, one of the dead stands still.
    private static List<string> OfRemote(string remote, GitWriteNote note)
    {
        if (!Directory.Exists(Path.Combine(remote, "objects"))) return [];
        List<(string File, DateTime Written)> Left() => [.. Locks(remote, remote).Concat(Unfinished(remote)).Where(file => IsLeft(file, note, [remote])).Select(file => (file, File.GetLastWriteTimeUtc(file)))];
        var left = Left();
        for (var started = Stopwatch.GetTimestamp(); left.Count > 0 && Stopwatch.GetElapsedTime(started) < Still; Thread.Sleep(Pause)) left = [.. left.Intersect(Left())];
        return [.. left.Select(found => found.File)];
    }

    private static IEnumerable<string> Locks(string gitDirectory, string common)
    {
        foreach (var folder in new[] { gitDirectory, common }.Distinct())
        {
            foreach (var name in new[] { "index.lock", "HEAD.lock", "*_HEAD.lock", "AUTO_MERGE.lock", "next-index-*.lock", "shallow.lock", "packed-refs.lock", "packed-refs.new" })
            {
                foreach (var file in Directory.EnumerateFiles(folder, name)) yield return file;
            }

            foreach (var file in Below(Path.Combine(folder, "refs"), "*.lock").Concat(Below(Path.Combine(folder, "info"), "*.lock"))) yield return file;
        }

        foreach (var file in Below(Path.Combine(common, "objects", "info"), "*.lock")) yield return file;
    }

    private static IEnumerable<string> Unfinished(string common)
    {
        var objects = Path.Combine(common, "objects");
        foreach (var folder in Directory.EnumerateDirectories(objects, "tmp_objdir-*").Concat(Directory.EnumerateDirectories(objects, "incoming-*"))) yield return folder;
        foreach (var folder in Directory.EnumerateDirectories(objects, "??"))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "tmp_obj_*")) yield return file;
        }

        foreach (var file in Below(Path.Combine(objects, "pack"), "tmp_*").Concat(Below(Path.Combine(objects, "info", "commit-graphs"), "tmp_graph_*"))) yield return file;
        // A fetch keeps its pack from being packed away until the references point into it; the dead never lets go.
        foreach (var file in Below(Path.Combine(objects, "pack"), "*.keep").Where(IsOfTransfer)) yield return file;
    }

    private static bool IsOfTransfer(string file)
    {
        using var reader = new StreamReader(file);
        return reader.ReadLine() is { } reason && (reason.StartsWith("fetch-pack ", StringComparison.Ordinal) || reason.StartsWith("receive-pack ", StringComparison.Ordinal) || reason == "fast-import");
    }

    private static IEnumerable<string> Below(string folder, string pattern) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern, Everywhere) : [];

    private static bool IsLeft(string path, GitWriteNote note, IReadOnlyCollection<string> places)
    {
        // What is gone meanwhile has a time long past. The clock of the file system may run a little behind.
        var written = File.GetLastWriteTimeUtc(path);
        return written >= note.Since - Tolerance && FileOwner.IsThisUser(path) != false && !GitProcesses.MayHaveMade(written, places);
    }
}
