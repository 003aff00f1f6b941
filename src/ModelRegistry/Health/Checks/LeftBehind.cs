using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Registration;
using ModelRegistry.Stores;

namespace ModelRegistry.Health.Checks;

/// <summary>Finds what killed processes left: journals, temporary files, git's own lock files.</summary>
internal static class LeftBehind
{
    /// <summary>What killed processes left, and, where it is not to be mended, what would be.</summary>
    public static IEnumerable<DoctorFinding> Before(RegistryContext registry, GitRepository? repository, bool fix)
    {
        foreach (var (path, _, refusal) in registry.PendingWrites.Examine().ToList())
        {
            if (refusal is not null)
            {
                yield return new DoctorFinding(Codes.JournalIgnored, DoctorSeverity.Warning, $"the journal of a write is not believed: {refusal}", path, "remove it: it does not come from a write on this machine");
                continue;
            }

            if (!fix && !IsAtWork(repository))
                yield return new DoctorFinding(Codes.Interrupted, DoctorSeverity.Warning, "a registration was interrupted; readers ignore what it wrote", path, "run 'modelreg doctor --fix', or register again");
        }

        if (fix || repository is null || GitWriteNote.Read(repository.GitDirectory) is not { } note || IsAtWork(repository) || !note.WaitForEnd(repository.Location, TimeSpan.Zero)) yield break;
        foreach (var file in GitLeftovers.Find(repository.Location, note)) yield return GitFile(file, mended: false);
    }

    public static IEnumerable<DoctorFinding> Mended(RegistryTransaction transaction, RegistryContext registry) =>
        transaction.Recovered.Select(path => new DoctorFinding(Codes.Interrupted, DoctorSeverity.Warning, "an interrupted registration was taken back", Path.Combine(registry.Layout.Root, path), null, Mended: true))
            .Concat(transaction.RecoveredGitFiles.Select(file => GitFile(file, mended: true)));

    private static DoctorFinding GitFile(string file, bool mended) =>
        new(Codes.GitLockLeftBehind, DoctorSeverity.Warning, "a git command of an interrupted write left it", file, "run 'modelreg doctor --fix'", Mended: mended);

    public static IEnumerable<DoctorFinding> StrayFiles(DoctorScope scope)
    {
        scope.Tell("looking for stray files");
        foreach (var folder in scope.Registry.Stores.Take(1).SelectMany(IngestSession.Abandoned).ToList())
        {
            yield return scope.Found(Codes.StrayFile, DoctorSeverity.Warning, "an interrupted ingest left its files", folder, "run 'modelreg doctor --fix'", () =>
            {
                IngestSession.Remove(folder);
                return true;
            });
        }

        foreach (var file in Directory.EnumerateFiles(scope.Registry.Layout.Root, "*" + AtomicFile.TemporarySuffix, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).ToList())
        {
            // Without the locks this may be a file that a writer is about to rename.
            if (!scope.Fix && IsAtWork(scope.Repository)) continue;
            yield return scope.Found(Codes.StrayFile, DoctorSeverity.Warning, "a temporary file was left", file, "run 'modelreg doctor --fix'", () =>
            {
                Recovery.RemoveFile(file, scope.Registry.Layout);
                return true;
            });
        }
    }

    private static bool IsAtWork(GitRepository? repository)
    {
        if (repository is null) return false;
        using var free = FileLock.TryTake(repository.Location.WriteLock);
        return free is null;
    }
}
