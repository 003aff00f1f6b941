using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;

namespace ModelRegistry.Health.Checks;

/// <summary>Hashes every artifact of the local store, and finds those that are missing or that nobody names.</summary>
internal static class Artifacts
{
    public static IEnumerable<DoctorFinding> Run(DoctorScope scope)
    {
        var store = scope.Registry.Store;
        var named = new HashSet<Digest>();
        foreach (var manifest in scope.Manifests)
        {
            foreach (var file in manifest.Files.Where(file => named.Add(file.Digest)))
            {
                scope.Tell($"hashing {file.Path} of {manifest.Id}");
                if (Examine(scope, store, manifest, file) is { } finding) yield return finding;
            }
        }

        if (!Directory.Exists(store.Blobs)) yield break;
        foreach (var path in Directory.EnumerateFiles(store.Blobs).Order(StringComparer.Ordinal))
        {
            var isDigest = Digest.TryParse(Digest.Prefix + Path.GetFileName(path), out var digest);
            if (!isDigest) yield return scope.Found(Codes.StrayFile, DoctorSeverity.Warning, "not an artifact: its name is no digest", path, "move it out of the store");
            // The manifests of a merge that is open are in none of the sides that were read.
            else if (!named.Contains(digest!) && scope.Unmerged.Count == 0) yield return scope.Found(Codes.Unreferenced, DoctorSeverity.Info, "no manifest of this registry names it", path, "another registry or branch may use it; delete it if none does");
        }
    }

    private static DoctorFinding? Examine(DoctorScope scope, FolderStore store, Manifest manifest, ModelFile file)
    {
        var path = store.BlobPath(file.Digest);
        if (!File.Exists(path))
        {
            // Registered without its bytes, which are looked for when somebody needs them.
            if (manifest.Lineage?.Origin is { Remote: true }) return null;
            // In a clone of a team's registry artifacts come when they are needed.
            if (OtherStoreWith(scope, store, file) is { } other)
            {
                return scope.Found(Codes.ArtifactMissing, DoctorSeverity.Info, $"{file.Path} of {manifest.Id} is in {other.Name} and not in the local store", path,
                    "nothing needs to be done: it is read from there; 'modelreg doctor --fix' brings it here", () => Fetch(scope, store, manifest, file));
            }

            return scope.Found(
                Codes.ArtifactMissing, DoctorSeverity.Error, $"{file.Path} of {manifest.Id} is missing from the store", path,
                "run 'modelreg doctor --fix' where another store, the cache or git has it, or fetch it again", () => Fetch(scope, store, manifest, file));
        }

        if (scope.Registry.Artifacts.Check(store, file, manifest.Id, always: true, scope.Cancellation) is { } refusal)
        {
            return scope.Found(refusal.Diagnostic, DoctorSeverity.Error, refusal.Message, path, refusal.Hint, () =>
                refusal.Diagnostic == Codes.DigestMismatch && store.TryQuarantine(file.Digest) && Fetch(scope, store, manifest, file));
        }

        return !store.Tracked && IsWritable(path)
            ? scope.Found(Codes.BlobWritable, DoctorSeverity.Info, "the artifact is not read-only", path, "run 'modelreg doctor --fix'", () =>
            {
                IngestSession.MakeReadOnly(path);
                return true;
            })
            : null;
    }

    // Only what this machine sees without asking another; bytes are verified when they are read.
    private static FolderStore? OtherStoreWith(DoctorScope scope, FolderStore local, ModelFile file) => scope.Registry.AllStores.Order.OfType<FolderStore>()
        .FirstOrDefault(store => store != local && new FileInfo(store.BlobPath(file.Digest)) is { Exists: true } found && found.Length == file.Size);

    private static bool IsWritable(string path) =>
        OperatingSystem.IsWindows()
            ? (File.GetAttributes(path) & FileAttributes.ReadOnly) == 0
            : (File.GetUnixFileMode(path) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0;

    private static bool Fetch(DoctorScope scope, FolderStore store, Manifest manifest, ModelFile file)
    {
        if (store.Tracked && scope.Repository is { } repository && repository.TryPathOf(store.BlobPath(file.Digest)) is { } path && repository.HeadHas(path, scope.Cancellation))
        {
            return repository.TryWrite(["checkout", "--quiet", "HEAD", "--", path.Pathspec], cancellation: scope.Cancellation).Succeeded
                && scope.Registry.Artifacts.Check(store, file, manifest.Id, always: true, scope.Cancellation) is null;
        }

        string found;
        try
        {
            found = scope.Registry.Artifacts.Locate(file, manifest.Id, scope.Cancellation);
        }
        catch (ModelRegistryException nowhere) when (nowhere.Diagnostic == Codes.ArtifactMissing || nowhere.Diagnostic == Codes.DigestMismatch)
        {
            return false;
        }

        using var session = IngestSession.Open(store);
        var staged = session.Stage(found, link: false, scope.Registry.Options.Progress, scope.Cancellation);
        return staged.Digest == file.Digest && session.Publish(staged);
    }
}
