using System.ComponentModel;
using System.Diagnostics;

namespace ModelRegistry.Git;

/// <summary>Which git processes of this machine are at work in a repository.</summary>
internal static class GitProcesses
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1), StartsWithin = TimeSpan.FromSeconds(5);

    /// <summary>When a process was started; null where it is gone.</summary>
    public static DateTime? StartOf(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return found.HasExited ? null : found.StartTime.ToUniversalTime();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Whether a git command of ours that writes runs in a repository. Each of ours names its repository; those that only read say so.</summary>
    public static bool IsAnyOfOursWriting(GitLocation location, DateTime since)
    {
        if (!OperatingSystem.IsLinux()) return Running().Any(start => start >= since - Tolerance && start <= since + StartsWithin);
        var named = "--git-dir=" + location.GitDirectory + "\0";
        return Listed().Any(process => process.Command.Contains(named, StringComparison.Ordinal) && process.Command.Contains(GitSettings.OnlyWriting, StringComparison.Ordinal));
    }

    /// <summary>Whether a living git process may have made a file: one at work in these folders that is no younger than the file.</summary>
    public static bool MayHaveMade(DateTime written, IReadOnlyCollection<string> folders)
    {
        if (!OperatingSystem.IsLinux()) return Running().Any(start => start <= written + Tolerance);
        return Listed().Any(process =>
            !process.Command.Contains(GitSettings.OnlyReading, StringComparison.Ordinal)
            && (folders.Any(folder => IsBelow(process.Folder, folder) || process.Command.Contains(folder, StringComparison.Ordinal)))
            && StartOf(process.Id) is { } start && start <= written + Tolerance);
    }

    private static bool IsBelow(string? path, string folder) =>
        path is not null && (path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private static List<DateTime> Running()
    {
        var all = Process.GetProcessesByName("git");
        try
        {
            return [.. all.Select(process => StartOf(process.Id)).OfType<DateTime>()];
        }
        finally
        {
            foreach (var process in all) process.Dispose();
        }
    }

    // proc(5): what cannot be read belongs to somebody else, or is gone.
    private static IEnumerable<(int Id, string Command, string? Folder)> Listed()
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), out var id)) continue;
            (int, string, string?) found;
            try
            {
                if (!File.ReadAllText(Path.Combine(entry, "comm")).StartsWith("git", StringComparison.Ordinal)) continue;
                found = (id, File.ReadAllText(Path.Combine(entry, "cmdline")), new FileInfo(Path.Combine(entry, "cwd")).LinkTarget);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            yield return found;
        }
    }
}
