using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>
/// Says in the git directory which git command of ours writes there, from before it starts until it has ended. Whoever holds the
/// registry's lock and finds the note knows that its writer was killed, and which lock files are a dead command's.
/// </summary>
/// <param name="Process">The number of the process; 0 where its parent was killed before it could be told.</param>
/// <param name="Since">When the command was announced; no file of it is older.</param>
/// <param name="Named">When its number was told; whoever started later has the number of a process that is gone.</param>
/// <param name="Remote">The git directory that it pushed to, where that is on this machine; else null.</param>
internal sealed record GitWriteNote(int Process, DateTime Since, DateTime Named, string? Remote)
{
    private const string FileName = "modelreg-git";

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a command that writes, under its note.</summary>
    /// <param name="location">The repository.</param>
    /// <param name="remote">The git directory of another repository of this machine that it writes to; null for none.</param>
    /// <param name="run">Runs it and tells the process.</param>
    public static GitResult Around(GitLocation location, string? remote, Func<Action<Process>, GitResult> run)
    {
        var file = FileOf(location.GitDirectory);
        var announced = Now;
        var note = new GitWriteNote(0, announced, announced, remote);
        note.Write(file);
        var ended = false;
        try
        {
            var result = run(process =>
            {
                note = note with { Process = process.Id, Named = Now };
                note.Write(file);
            });
            // Above this git was killed, and cleaned nothing up (signal(7), the shell's 128 + number).
            ended = result.ExitCode is >= 0 and <= 128;
            return result;
        }
        finally
        {
            if (ended || note.WaitForEnd(location, TimeSpan.FromSeconds(2)))
            {
                if (!ended) GitLeftovers.Remove(location, note);
                File.Delete(file);
            }
        }
    }

    /// <summary>The note in a git directory; null where there is none. One that was cut off tells when it was made.</summary>
    public static GitWriteNote? Read(string gitDirectory)
    {
        var file = FileOf(gitDirectory);
        if (!File.Exists(file)) return null;
        var parts = File.ReadAllText(file).TrimEnd('\n').Split(' ', 4);
        return parts.Length >= 3 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var process) && Time(parts[1]) is { } since && Time(parts[2]) is { } named
            ? new GitWriteNote(process, since, named, parts.ElementAtOrDefault(3))
            : new GitWriteNote(0, File.GetLastWriteTimeUtc(file), File.GetLastWriteTimeUtc(file), null);
    }

    /// <summary>Takes back what the killed command left. Comes under the lock of the git directory.</summary>
    /// <returns>The files that were removed.</returns>
    /// <exception cref="ModelRegistryException">MR0404: the command is still running.</exception>
    public static IReadOnlyList<string> Recover(GitLocation location, TimeSpan timeout)
    {
        if (Read(location.GitDirectory) is not { } note) return [];
        if (!note.WaitForEnd(location, timeout)) throw Codes.GitLocked.Error($"the git command of an interrupted write is still running in {location.WorkTree}", "wait for it to end and try again");
        var removed = GitLeftovers.Remove(location, note);
        File.Delete(FileOf(location.GitDirectory));
        return removed;
    }

    /// <summary>Takes back what killed commands left in the other work trees, which share the references, where nobody is at work in them.</summary>
    public static IReadOnlyList<string> RecoverSiblings(GitLocation location)
    {
        var removed = new List<string>();
        foreach (var sibling in location.Siblings().Where(sibling => Read(sibling.GitDirectory) is not null))
        {
            using var free = FileLock.TryTake(sibling.WriteLock);
            if (free is not null && Read(sibling.GitDirectory)?.WaitForEnd(sibling, TimeSpan.Zero) == true) removed.AddRange(Recover(sibling, TimeSpan.Zero));
        }

        return removed;
    }

    /// <summary>Waits for the command to end; false where it still runs when the time is over.</summary>
    public bool WaitForEnd(GitLocation location, TimeSpan timeout)
    {
        for (var started = Stopwatch.GetTimestamp(); IsRunning(location); Thread.Sleep(Pause))
        {
            if (Stopwatch.GetElapsedTime(started) > timeout) return false;
        }

        return true;
    }

#pragma warning disable RS0030 // Beside a process id and file times, which the machine's clock gave their meaning.
    private static DateTime Now => DateTime.UtcNow;
#pragma warning restore RS0030

    private static DateTime? Time(string ticks) =>
        long.TryParse(ticks, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= DateTime.MaxValue.Ticks ? new DateTime(number, DateTimeKind.Utc) : null;

    private static string FileOf(string gitDirectory) => Path.Combine(gitDirectory, FileName);

    private void Write(string file) =>
        AtomicFile.Guard(Codes.RegistryUnwritable, file, () =>
        {
            File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"{Process} {Since.Ticks} {Named.Ticks}{(Remote is null ? "" : " " + Remote)}\n"));
            return true;
        });

    // A number may belong to somebody else by now; the time of the start tells.
    private bool IsRunning(GitLocation location) =>
        Process == 0 ? GitProcesses.IsAnyOfOursWriting(location, Since) : GitProcesses.StartOf(Process) is { } start && start - Named < Tolerance;
}
