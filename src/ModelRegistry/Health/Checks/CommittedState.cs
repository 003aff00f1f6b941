using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Registration;

namespace ModelRegistry.Health.Checks;

/// <summary>Compares the registry's files with HEAD: not committed, edited, deleted.</summary>
internal static class CommittedState
{
    /// <summary>What was edited or deleted since it was committed. Comes before the manifests are read, so that what is restored is read.</summary>
    public static IEnumerable<DoctorFinding> Changed(DoctorScope scope)
    {
        if (scope.Repository is not { } repository || repository.Head(scope.Cancellation).Commit is null) yield break;
        scope.Tell("comparing with git");
        foreach (var change in repository.Reader.ReadWorkTreeChanges(repository.TryPathOf(scope.Registry.Layout.Root), scope.Cancellation))
        {
            var path = Path.Combine(repository.WorkTree, change.Path.Replace('/', Path.DirectorySeparatorChar));
            if (Examine(scope, repository, change, path) is { } finding) yield return finding;
        }
    }

    /// <summary>What was never committed. Comes after the manifests are read, because only one that is in order is committed.</summary>
    public static IEnumerable<DoctorFinding> Uncommitted(DoctorScope scope)
    {
        if (scope.Repository is not { } repository) yield break;
        var committed = repository.Head(scope.Cancellation).Commit is { } head
            ? repository.Reader.ReadTree(head, repository.TryPathOf(scope.Registry.Layout.Root), scope.Cancellation).Select(e => e.Path).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var path in Facts(scope).Where(path => !scope.Unmerged.Contains(path) && repository.TryPathOf(path) is { } inside && !committed.Contains(inside.Value)).ToList())
        {
            // In the middle of a merge a new file is what the other side brings, and the merge commits it.
            if (GitCommit.IsBusy(repository) && GitIndex.Find(repository.Location, repository.PathOf(path)) is not null) continue;
            yield return scope.Found(
                Codes.ManifestUncommitted, DoctorSeverity.Warning, "not committed to git", path, "run 'modelreg doctor --fix', or commit it",
                () => Commit(scope, repository, path));
        }
    }

    private static DoctorFinding? Examine(DoctorScope scope, GitRepository repository, GitWorkTreeChange change, string path)
    {
        var isManifest = IsManifest(path);
        // A merge that waits for its author may have changed the file on purpose; nothing is restored behind it.
        var mayRestore = !GitCommit.IsBusy(repository);
        return change.Kind switch
        {
            GitWorkTreeChangeKind.Deleted when isManifest => scope.Found(Codes.ManifestRemoved, DoctorSeverity.Error, "a registered manifest was deleted", path, "run 'modelreg doctor --fix', or restore it with 'git restore'", mayRestore ? () => Restore(repository, change.Path) : null),
            GitWorkTreeChangeKind.Modified when isManifest => scope.Found(Codes.ManifestAltered, DoctorSeverity.Error, "a registered manifest was edited; the edit is not committed", path, "run 'modelreg doctor --fix' to restore it (the edited text is kept), or 'git restore' it", mayRestore ? () => KeepAndRestore(scope, repository, change.Path, path) : null),
            GitWorkTreeChangeKind.Deleted => scope.Found(Codes.ManifestUncommitted, DoctorSeverity.Warning, "deleted, but not in git", path, "commit it, or restore it with 'git restore'"),
            GitWorkTreeChangeKind.Modified => scope.Found(Codes.ManifestUncommitted, DoctorSeverity.Warning, "changed, but not committed", path, "commit it, or restore it with 'git restore'"),
            _ => null,
        };
    }

    // Only what is in order is committed; a manifest that is not is reported by another check and left to its author.
    private static bool Commit(DoctorScope scope, GitRepository repository, string path)
    {
        var manifest = scope.Manifests.FirstOrDefault(m => scope.Registry.Layout.Manifest(m.Id) == path);
        if (manifest is null && IsManifest(path)) return false;
        var store = scope.Registry.Store;
        var blobs = manifest is not null && store.Tracked && repository.TryPathOf(store.Root) is not null
            ? manifest.Files.Select(f => store.BlobPath(f.Digest)).Where(File.Exists).Concat(store.LayoutFiles.Where(File.Exists))
            : [];
        GitCommit.ThrowIfBusy(repository);
        var content = File.ReadAllBytes(path);
        // Nobody knows any more how the number was chosen, so nobody may change it.
        var message = manifest is null
            ? GitCommit.Message($"commit {scope.Registry.Layout.Relative(path)}")
            : RegistrationMessage.Of(manifest, content, Numbering.Explicit);
        GitCommit.Commit(
            repository, [new CommittedFile(path, repository.PathOf(path), content), .. blobs.Select(blob => new CommittedFile(blob, repository.PathOf(blob), null))],
            message, scope.Cancellation);
        return true;
    }

    private static bool Restore(GitRepository repository, string relative) =>
        GitPath.TryParse(relative, out var path) && repository.TryWrite(["checkout", "--quiet", "HEAD", "--", path.Pathspec]).Succeeded;

    private static bool KeepAndRestore(DoctorScope scope, GitRepository repository, string relative, string path)
    {
        var folder = Path.Combine(repository.GitDirectory, "modelreg-rescued");
        SharedRepository.CreateDirectory(folder);
        var kept = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{relative.Replace('/', '_')}.{scope.Registry.Options.Clock.GetUtcNow():yyyyMMddHHmmssfff}"));
        File.Copy(path, kept);
        scope.Registry.Options.Log.Warn(Codes.ManifestAltered, $"the edited text of {relative} is kept in {kept}");
        return Restore(repository, relative);
    }

    /// <summary>The files of the registry that state a fact and are finished.</summary>
    private static IEnumerable<string> Facts(DoctorScope scope)
    {
        var layout = scope.Registry.Layout;
        yield return layout.Settings;
        foreach (var name in scope.Registry.Families.Names())
        {
            var files = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden };
            foreach (var path in Directory.EnumerateFiles(layout.Family(name), "*.json", files).Order(StringComparer.Ordinal))
            {
                if (!scope.Hidden.Contains(layout.Relative(path)) && !path.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal)) yield return path;
            }
        }
    }

    private static bool IsManifest(string path) => Path.GetFileName(Path.GetDirectoryName(path)) == RegistryLayout.VersionsFolder;
}
