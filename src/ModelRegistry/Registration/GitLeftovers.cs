using System.Globalization;
using ModelRegistry.Git;

namespace ModelRegistry.Registration;

/// <summary>
/// Lock files that a git command of ours left because it was killed with its parent. A lock counts as ours only where the journal
/// names a git process that is gone and the lock is no older than that process; any other is somebody else's and is never touched.
/// </summary>
internal static class GitLeftovers
{
    /// <summary>When the git process of a journal was started, if it is gone; else null.</summary>
    public static DateTime? DeadSince(string journal)
    {
        var note = Path.ChangeExtension(journal, Recovery.ProcessNote);
        if (!File.Exists(note)) return null;
        var text = File.ReadAllText(note);
        if (!GitProcessNote.WaitForEnd(text, TimeSpan.FromSeconds(2))) return null;
        return text.Split(' ') is [_, var ticks] && long.TryParse(ticks, CultureInfo.InvariantCulture, out var started) ? new DateTime(started, DateTimeKind.Utc) : null;
    }

    public static IEnumerable<string> LockFiles(GitRepository repository, DateTime since)
    {
        var candidates = new List<string> { repository.IndexLock, Path.Combine(repository.GitDirectory, "HEAD.lock") };
        candidates.AddRange(Directory.EnumerateFiles(repository.GitDirectory, "next-index-*.lock"));
        if (repository.Head().Branch is { } branch) candidates.Add(Path.Combine(repository.Location.CommonDirectory, "refs", "heads", branch + ".lock"));
        // The clock of the file system may run a little behind.
        return candidates.Where(file => File.Exists(file) && File.GetLastWriteTimeUtc(file) >= since - TimeSpan.FromSeconds(1));
    }
}
