using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>
/// Keeps git's commit graph, with the paths that each commit changed, near the tip: it makes a question about the history of one file
/// many times faster. It is only a help: what stands in its way stops nothing.
/// </summary>
internal static class CommitGraph
{
    // Names the commit up to which the graph was last written.
    private const string NoteName = "modelreg-graph";

    /// <summary>Writes the graph if enough commits are new, and nobody writes to the work tree.</summary>
    public static void ExtendIfFree(GitRepository repository, RegistryOptions options, CancellationToken cancellation)
    {
        try
        {
            using var free = FileLock.TryTake(repository.Location.WriteLock);
            if (free is not null) Extend(repository, options, cancellation);
        }
        catch (Exception readOnly) when (readOnly is IOException or UnauthorizedAccessException)
        {
            options.Log.Detail($"the commit graph stays as it is: {readOnly.Message}");
        }
    }

    /// <summary>Writes the graph if enough commits are new. Comes under the lock of the git directory.</summary>
    public static void Extend(GitRepository repository, RegistryOptions options, CancellationToken cancellation)
    {
        try
        {
            var location = repository.Location;
            // Git keeps no graph of a history that was cut off; and the note of a killed command waits for who takes back what it left.
            if (location.IsShallow || GitWriteNote.Read(location.GitDirectory) is not null || repository.Head(cancellation).Commit is not { } tip) return;
            var note = Path.Combine(location.CommonDirectory, NoteName);
            if (!IsDue(repository, tip, note, options.CommitGraphAfter, cancellation) || File.Exists(Path.Combine(location.CommonDirectory, "objects", "info", "commit-graphs", "commit-graph-chain.lock"))) return;
            // Trees that a partial clone left away are not worth a fetch.
            var written = repository.TryWrite(["-c", "protocol.allow=never", "commit-graph", "write", "--reachable", "--changed-paths", "--split", "--no-progress"], cancellation: cancellation);
            if (!written.Succeeded) options.Log.Detail($"the commit graph could not be written: {written.Reason}");
            // What cannot be written is not tried again before as many commits have come.
            AtomicFile.Replace(note, System.Text.Encoding.ASCII.GetBytes(tip.Hex + "\n"));
        }
        catch (Exception failure) when (failure is ModelRegistryException or IOException or UnauthorizedAccessException)
        {
            options.Log.Detail($"the commit graph could not be written: {failure.Message}");
        }
    }

    private static bool IsDue(GitRepository repository, GitObjectId tip, string note, int after, CancellationToken cancellation)
    {
        var last = File.Exists(note) && GitObjectId.TryParse(File.ReadAllText(note).Trim(), out var noted) ? noted : null;
        if (last == tip) return false;
        GitResult Count(params string[] without) =>
            repository.Try(["rev-list", "--count", "--max-count=" + after.ToString(CultureInfo.InvariantCulture), tip.Hex, .. without, "--"], cancellation);
        var counted = last is null ? Count() : Count("^" + last.Hex);
        // The noted commit is gone where the history was rewritten and collected.
        if (!counted.Succeeded && last is not null) counted = Count();
        return counted.Succeeded && int.TryParse(counted.Line, CultureInfo.InvariantCulture, out var fresh) && fresh >= after;
    }
}
