using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.Resolving;

/// <summary>
/// Warns where a chosen manifest is not the one that git has. The index answers without starting git: its times and sizes settle
/// nearly every case as they do for git itself, and only a file that they do not settle is hashed.
/// </summary>
internal static class CommittedManifests
{
    // A longer file is no manifest; reading it says so.
    private const int MaxLength = 64 * 1024 * 1024;

    public static void WarnIfUnlike(RegistryContext registry, ModelId id, string path, ReadOnlySpan<byte> content)
    {
        if (GitLocation.Of(registry.Layout.Root) is not { } location
            || !GitPath.TryParse(Path.GetRelativePath(location.WorkTree, Files.RealPath.Of(path)).Replace('\\', '/'), out var inside)
            || GitIndex.Find(location, inside) is not { } entry
            || IsSettled(entry, File.GetLastWriteTimeUtc(path), content.Length)
            || entry.Blob.IsOf(content)) return;
        Warn(registry, id);
    }

    /// <summary>Looks at many, and reads the index once.</summary>
    public static void WarnIfUnlike(RegistryContext registry, IEnumerable<ModelId> versions, CancellationToken cancellation)
    {
        if (GitLocation.Of(registry.Layout.Root) is not { } location) return;
        var files = new Dictionary<GitPath, (ModelId Id, string File)>();
        // Links are followed up to the registry; below it there are none.
        var (root, real) = (registry.Layout.Root, Files.RealPath.Of(registry.Layout.Root));
        foreach (var id in versions)
        {
            var file = registry.Layout.Manifest(id);
            if (GitPath.TryParse(Path.GetRelativePath(location.WorkTree, real + file[root.Length..]).Replace('\\', '/'), out var inside)) files[inside] = (id, file);
        }

        foreach (var (path, entry) in GitIndex.Find(location, files.Keys))
        {
            cancellation.ThrowIfCancellationRequested();
            var (id, file) = files[path];
            if (new FileInfo(file) is not { Exists: true, Length: < MaxLength } found || IsSettled(entry, found.LastWriteTimeUtc, (int)found.Length) || entry.Blob.IsOf(File.ReadAllBytes(file))) continue;
            Warn(registry, id);
        }
    }

    private static void Warn(RegistryContext registry, ModelId id) =>
        registry.Options.Log.Warn(Codes.ManifestUnlikeCommit, $"{id} differs from what git has: its manifest was edited after it was registered; 'modelreg doctor' shows more");

    private static bool IsSettled(GitIndexEntry entry, DateTime lastWrite, int length)
    {
        var written = lastWrite - DateTime.UnixEpoch;
        return entry.Size == (uint)length && entry.Seconds == (uint)(long)written.TotalSeconds
            && (entry.Nanoseconds == 0 || entry.Nanoseconds / 100 == written.Ticks % TimeSpan.TicksPerSecond);
    }
}
