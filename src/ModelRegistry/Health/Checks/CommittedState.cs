using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;

namespace ModelRegistry.Health.Checks;

/// <summary>Compares the registry's files with HEAD: not committed, edited, deleted.</summary>
internal static class CommittedState
{
    /// <summary>What was edited or deleted since it was committed. Comes before the manifests are read, so that what is restored is read.</summary>
    public static IEnumerable<DoctorFinding> Changed(DoctorScope scope)
    {
        if (scope.Repository is not { } repository || repository.Head(scope.Cancellation) is null) yield break;
        scope.Tell("comparing with git");
        var pathspec = ":(top,literal)" + repository.Relative(scope.Registry.Layout.Root);
        var changes = repository.Run(["diff", "--name-status", "-z", "--no-renames", "HEAD", "--", pathspec], scope.Cancellation).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i + 1 < changes.Length; i += 2)
        {
            var path = Path.Combine(repository.WorkTree, changes[i + 1].Replace('/', Path.DirectorySeparatorChar));
            if (Examine(scope, repository, changes[i], changes[i + 1], path) is { } finding) yield return finding;
        }
    }

    /// <summary>What was never committed. Comes after the manifests are read, because only one that is in order is committed.</summary>
    public static IEnumerable<DoctorFinding> Uncommitted(DoctorScope scope)
    {
        if (scope.Repository is not { } repository) yield break;
        var hasHead = repository.Head(scope.Cancellation) is not null;
        var committed = hasHead ? Names(repository.Run(["ls-tree", "-r", "-z", "--name-only", "HEAD", "--", repository.Relative(scope.Registry.Layout.Root)!], scope.Cancellation)) : [];
        foreach (var path in Facts(scope).Where(path => !committed.Contains(repository.Relative(path)!)).ToList())
        {
            yield return scope.Found(
                Codes.ManifestUncommitted, DoctorSeverity.Warning, "not committed to git", path, "run 'modelreg doctor --fix', or commit it",
                () => Commit(scope, repository, path));
        }
    }

    private static DoctorFinding? Examine(DoctorScope scope, GitRepository repository, string status, string relative, string path)
    {
        var isManifest = IsManifest(path);
        return status switch
        {
            "D" when isManifest => scope.Found(Codes.ManifestRemoved, DoctorSeverity.Error, "a registered manifest was deleted", path, "run 'modelreg doctor --fix', or restore it with 'git restore'", () => Restore(repository, relative)),
            "M" or "T" when isManifest => scope.Found(Codes.ManifestAltered, DoctorSeverity.Error, "a registered manifest was edited; the edit is not committed", path, "run 'modelreg doctor --fix' to restore it (the edited text is kept), or 'git restore' it", () => KeepAndRestore(scope, repository, relative, path)),
            "D" or "M" or "T" => scope.Found(Codes.ManifestUncommitted, DoctorSeverity.Warning, status == "D" ? "deleted, but not in git" : "changed, but not committed", path, "commit it, or restore it with 'git restore'"),
            _ => null,
        };
    }

    // Only what is in order is committed; a manifest that is not is reported by another check and left to its author.
    private static bool Commit(DoctorScope scope, GitRepository repository, string path)
    {
        var manifest = scope.Manifests.FirstOrDefault(m => scope.Registry.Layout.Manifest(m.Id) == path);
        if (manifest is null && IsManifest(path)) return false;
        var what = manifest is null ? scope.Registry.Layout.Relative(path) : manifest.Id.ToString();
        var store = scope.Registry.Store;
        var blobs = manifest is not null && store.Tracked && repository.Relative(store.Root) is not null
            ? manifest.Files.Select(f => store.BlobPath(f.Digest)).Where(File.Exists).Concat(store.LayoutFiles.Where(File.Exists))
            : [];
        GitCommit.ThrowIfBusy(repository);
        GitCommit.Commit(
            repository, [path, .. blobs],
            GitCommit.Message($"register {what}", ("Model", manifest?.Name.Value), ("Model-Version", manifest?.Version.Value), ("Artifact-Digest", manifest?.Weights.Digest.Value), ("Source-Commit", manifest?.Lineage?.Commit)),
            static _ => { }, scope.Cancellation);
        return true;
    }

    private static bool Restore(GitRepository repository, string relative) =>
        repository.TryWrite(["checkout", "--quiet", "HEAD", "--", ":(top,literal)" + relative]).Succeeded;

    private static bool KeepAndRestore(DoctorScope scope, GitRepository repository, string relative, string path)
    {
        var folder = Path.Combine(repository.GitDirectory, "modelreg-rescued");
        Directory.CreateDirectory(folder);
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
            foreach (var path in Directory.EnumerateFiles(layout.Family(name), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (!scope.Hidden.Contains(layout.Relative(path)) && !path.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal)) yield return path;
            }
        }
    }

    private static bool IsManifest(string path) => Path.GetFileName(Path.GetDirectoryName(path)) == RegistryLayout.VersionsFolder;

    private static HashSet<string> Names(string output) => output.Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}
