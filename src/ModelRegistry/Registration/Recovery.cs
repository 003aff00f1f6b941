using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Stores;

namespace ModelRegistry.Registration;

/// <summary>Takes back, or acknowledges, what a killed process left behind. Runs under the locks, so that every journal found is a dead one's.</summary>
internal sealed class Recovery(RegistryContext registry, GitRepository? repository)
{
    /// <summary>Does what the next write would do first, where there is something to take back and nobody writes.</summary>
    public static IReadOnlyList<string> IfInterrupted(RegistryContext registry, CancellationToken cancellation)
    {
        if (!registry.PendingWrites.All().Any()) return [];
        var repository = GitRepository.Find(registry.Layout.Root, registry.Options);
        if (repository is not null)
        {
            using var free = FileLock.TryTake(repository.Location.WriteLock);
            if (free is null) return [];
        }

        using var transaction = RegistryTransaction.Begin(registry, repository, commits: false, cancellation);
        return transaction.Recovered;
    }

    /// <summary>Brings the registry back to a state in which each registration has happened wholly or not at all.</summary>
    /// <returns>What was taken back, one line each.</returns>
    public IReadOnlyList<string> TakeBackInterrupted(CancellationToken cancellation)
    {
        var done = new List<string>();
        foreach (var (path, journal) in registry.PendingWrites.All().ToList())
        {
            cancellation.ThrowIfCancellationRequested();
            if (PendingWrites.IsForeign(path))
            {
                registry.Options.Log.Warn(Codes.JournalIgnored, $"{path} was left by another user's interrupted write; it is theirs to take back");
                continue;
            }

            RemoveUnfinished(journal);
            var git = journal.Commits ? repository : null;
            if (git is not null) ResetIndex(git, journal, cancellation);
            if (git is not null && IsCommitted(git, journal, cancellation))
            {
                RemoveFile(path, registry.Layout);
                continue;
            }

            if (journal.Staged && repository is not null)
            {
                if (journal.Creates.Select(p => Path.Combine(registry.Layout.Root, p)).All(p => repository.TryPathOf(p) is { } made && GitIndex.Find(repository.Location, made) is not null))
                {
                    RemoveFile(path, registry.Layout);
                    continue;
                }

                // A path that waits for the merge to be resolved is in no state to go back to, and is written again.
                foreach (var replaced in journal.Replaces.Select(p => repository.TryPathOf(Path.Combine(registry.Layout.Root, p))).OfType<GitPath>().Where(p => GitIndex.Find(repository.Location, p) is not null))
                    repository.TryWrite(["checkout-index", "--force", "--quiet", "--", replaced.Value], cancellation: cancellation);
            }

            TakeBack(journal, git, cancellation);
            RemoveFile(path, registry.Layout);
            done.Add(journal.Creates.FirstOrDefault() ?? journal.Replaces.FirstOrDefault() ?? path);
        }

        RemoveEmptyFolder();
        foreach (var folder in IngestSession.Abandoned(registry.Store).ToList()) IngestSession.Remove(folder);
        return done;
    }

    /// <summary>Deletes a file of the registry and the folders that it leaves empty.</summary>
    public static void RemoveFile(string path, RegistryLayout layout)
    {
        if (File.Exists(path)) File.Delete(path);
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > layout.Root.Length && Directory.Exists(folder); folder = Path.GetDirectoryName(folder)!)
        {
            if (Directory.EnumerateFileSystemEntries(folder).Any()) return;
            Directory.Delete(folder);
        }
    }

    // A file is written under another name first.
    private void RemoveUnfinished(RegistrationJournal journal)
    {
        foreach (var path in journal.Creates.Concat(journal.Replaces).Select(p => Path.Combine(registry.Layout.Root, p)))
        {
            var folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder) || SymbolicLinks.Find(registry.Layout.Root, folder) is not null) continue;
            foreach (var unfinished in Directory.EnumerateFiles(folder, $".{Path.GetFileName(path)}.*{AtomicFile.TemporarySuffix}", new EnumerationOptions { AttributesToSkip = FileAttributes.None }).ToList())
                RemoveFile(unfinished, registry.Layout);
        }
    }

    private bool IsCommitted(GitRepository git, RegistrationJournal journal, CancellationToken cancellation)
    {
        var created = journal.Creates.Select(p => git.TryPathOf(Path.Combine(registry.Layout.Root, p))).ToList();
        var paths = created.Concat(journal.Replaces.Select(p => git.TryPathOf(Path.Combine(registry.Layout.Root, p)))).ToList();
        // A file that was to be made and is nowhere was not made yet; its blobs may be there already.
        return paths.Count > 0 && paths.All(path => path is not null && IsAsInHead(git, path, cancellation)) && created.All(path => git.HeadHas(path!, cancellation));
    }

    // Git moves the branch before the index: killed between the two, its commit stands and its index does not know.
    private void ResetIndex(GitRepository git, RegistrationJournal journal, CancellationToken cancellation)
    {
        var paths = journal.Creates.Concat(journal.Replaces).Select(p => git.TryPathOf(Path.Combine(registry.Layout.Root, p))).OfType<GitPath>().Select(p => p.Pathspec).ToList();
        if (paths.Count > 0 && git.Head(cancellation).Commit is not null) git.TryWrite(["reset", "--quiet", "HEAD", "--", .. paths], cancellation: cancellation);
    }

    // What was to be removed is committed when HEAD and the disk have lost it.
    private static bool IsAsInHead(GitRepository git, GitPath path, CancellationToken cancellation) =>
        File.Exists(Path.Combine(git.WorkTree, path.Value)) == git.HeadHas(path, cancellation)
        && git.Try(["diff", "--quiet", "--no-ext-diff", "HEAD", "--", path.Pathspec], cancellation).Succeeded;

    // A write that was killed before its journal stood, or after it was gone, leaves the folder.
    private void RemoveEmptyFolder()
    {
        var pending = registry.Layout.Pending;
        if (Directory.Exists(pending) && SymbolicLinks.Find(registry.Layout.Root, pending) is null && !Directory.EnumerateFileSystemEntries(pending).Any()) Directory.Delete(pending);
    }

    private void TakeBack(RegistrationJournal journal, GitRepository? git, CancellationToken cancellation)
    {
        var created = journal.Creates.Select(p => Path.Combine(registry.Layout.Root, p)).Where(p => SymbolicLinks.Find(registry.Layout.Root, p) is null).ToList();
        var blobs = journal.Store == registry.Store.Root ? journal.Blobs.Where(d => !IsReferenced(d, created, cancellation)).Select(registry.Store.BlobPath).ToList() : [];
        if (git is not null)
        {
            var unknown = created.Concat(blobs).Where(p => git.TryPathOf(p) is { } path && !git.HeadHas(path, cancellation)).ToList();
            GitCommit.Unstage(git, unknown);
            created = [.. created.Where(unknown.Contains)];
            foreach (var replaced in journal.Replaces.Select(p => git.TryPathOf(Path.Combine(registry.Layout.Root, p))).OfType<GitPath>())
                git.TryWrite(["checkout", "--quiet", "HEAD", "--", replaced.Pathspec], cancellation: cancellation);
        }

        foreach (var path in created) RemoveFile(path, registry.Layout);
        foreach (var blob in blobs.Where(File.Exists)) Materialise.Remove(blob);
    }

    // Another registration may have used the blob since.
    private bool IsReferenced(Digest digest, List<string> exceptFor, CancellationToken cancellation)
    {
        foreach (var manifest in registry.AllManifestPaths().Except(exceptFor, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            if (File.ReadAllText(manifest).Contains(digest.Hex, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
