using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Remotes;
using ModelRegistry.Resolving;
using ModelRegistry.Stores;

namespace ModelRegistry;

/// <summary>The per-user cache of artifacts and clones. All of it can be fetched again.</summary>
public sealed class RegistryCache
{
    // Who resolved a path a moment ago is about to open it.
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private readonly RegistryOptions _options;
    private readonly FolderStore _store;
    private readonly string _directory;
    private readonly VerifiedStamps _stamps;

    /// <summary>Names the cache.</summary>
    /// <exception cref="ModelRegistryException">MR0309: the options name no cache.</exception>
    public RegistryCache(RegistryOptions options)
    {
        _options = options;
        _store = StoreSet.CacheOf(options) ?? throw Codes.DestinationUnwritable.Error("there is no per-user cache", "set MODELREG_CACHE to a folder");
        _directory = System.IO.Path.GetFullPath(options.CacheDirectory!);
        _stamps = new VerifiedStamps(options.CacheDirectory);
    }

    /// <summary>Removes what is too old, then the least recently used until the rest is small enough. What is in use, or was within the hour, stays.</summary>
    /// <exception cref="ModelRegistryException">MR0313: a folder of the cache is a link; MR0213: another process holds the cache.</exception>
    public PruneReport Prune(PruneOptions prune, CancellationToken cancellation = default)
    {
        _store.RefuseLinks();
        if (!prune.DryRun) foreach (var session in IngestSession.Abandoned(_store)) IngestSession.Remove(session);
        var now = _options.Clock.GetUtcNow();
        var entries = Entries().OrderBy(e => e.Entry.LastUse).ThenBy(e => e.Entry.Path, StringComparer.Ordinal).ToList();
        // A version's folder may share its bytes with the blobs: they are free only when the last name is gone.
        var names = entries.SelectMany(e => e.Files).GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.Count());
        var left = entries.SelectMany(e => e.Files).DistinctBy(f => f.Key).Sum(f => f.Length);
        var (removed, inUse) = (new List<CacheEntry>(), new List<string>());
        foreach (var (entry, files) in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            var age = now - entry.LastUse;
            if (!(age > prune.MaxAge) && !(left > prune.MaxSize)) continue;
            if (age < Fresh || !(prune.DryRun ? files.All(f => !Collecting.FileUse.IsOpen(f.Path)) : TryRemove(entry, files, cancellation)))
            {
                inUse.Add(entry.Path);
                continue;
            }

            removed.Add(entry);
            foreach (var file in files)
            {
                if (--names[file.Key] == 0) left -= file.Length;
            }
        }

        return new PruneReport(_directory, removed, inUse, left);
    }

    private readonly record struct Held(string Path, long Length, object Key);

    private IEnumerable<(CacheEntry Entry, IReadOnlyList<Held> Files)> Entries()
    {
        foreach (var blob in FolderFiles.Named(_store.Blobs, "*")) yield return Entry(CacheEntryKind.Blob, blob, [blob]);
        foreach (var part in FolderFiles.Named(_store.Sessions, "*" + ArtifactFetch.PartSuffix)) yield return Entry(CacheEntryKind.Part, part, [part]);
        foreach (var folder in Folders(VersionFolder.CacheFolder)) yield return Entry(CacheEntryKind.Folder, folder, Below(folder));
        foreach (var clone in Folders(RegistryClone.CacheFolder))
        {
            var (entry, files) = Entry(CacheEntryKind.Clone, clone, Below(clone));
            var used = new FileInfo(CloneLock(clone));
            yield return (entry with { LastUse = new DateTimeOffset(used.Exists ? used.LastWriteTimeUtc : Directory.GetLastWriteTimeUtc(clone), TimeSpan.Zero) }, files);
        }
    }

    private (CacheEntry Entry, IReadOnlyList<Held> Files) Entry(CacheEntryKind kind, string path, IEnumerable<string> paths)
    {
        var files = paths.Select(p => new FileInfo(p)).Where(f => f.Exists).ToList();
        var uses = files.SelectMany(f => new[] { FileIdentity.LastChange(f), _stamps.LastUse(f.FullName) ?? DateTimeOffset.MinValue }).DefaultIfEmpty(DateTimeOffset.MinValue);
        var held = files.Select(f => new Held(f.FullName, f.Length, FileIdentity.Of(f.FullName) is { } identity ? (identity.Device, identity.Inode) : f.FullName)).ToList();
        return (new CacheEntry(kind, path, held.Sum(f => f.Length), uses.Max()), held);
    }

    private IEnumerable<string> Folders(string name)
    {
        var folder = Path.Combine(_directory, name);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Where(path => !path.EndsWith(FileLock.QueueSuffix, StringComparison.Ordinal)) : [];
    }

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true });

    private static string CloneLock(string clone) =>
        (clone.EndsWith(RegistryClone.MakingSuffix, StringComparison.Ordinal) ? clone[..^RegistryClone.MakingSuffix.Length] : clone) + RegistryClone.LockSuffix;

    private bool TryRemove(CacheEntry entry, IReadOnlyList<Held> files, CancellationToken cancellation)
    {
        try
        {
            // The locks of those who make such things: a part of who fetches, a clone of who reads it, the rest of who publishes.
            using var held = entry.Kind switch
            {
                CacheEntryKind.Part => FileLock.TryTake(entry.Path + ArtifactFetch.LockSuffix),
                CacheEntryKind.Clone => FileLock.TryTake(CloneLock(entry.Path)),
                _ => IngestSession.LockStore(_store, _options.LockTimeout, _options.Clock, cancellation),
            };
            if (held is null || files.Any(f => Collecting.FileUse.IsOpen(f.Path))) return false;
            if (entry.Kind is CacheEntryKind.Blob or CacheEntryKind.Part) Materialise.Remove(entry.Path);
            else RegistryClone.Remove(entry.Path);
            foreach (var file in files) _stamps.Forget(file.Path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _options.Log.Warn(Codes.StoreUnwritable, $"{entry.Path} stays: {failure.Message}");
            return false;
        }
    }
}
