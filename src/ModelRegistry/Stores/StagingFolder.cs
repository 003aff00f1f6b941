using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Stores;

namespace ModelRegistry;

/// <summary>
/// A folder in the store's <c>tmp</c> for files that may be registered: on the store's own disk, so that a registration can take them over
/// without a copy. It goes when it is disposed; where its process is killed, with the next one that is made.
/// </summary>
public sealed class StagingFolder : IDisposable
{
    private readonly SessionFolder _folder;

    private StagingFolder(SessionFolder folder) => _folder = folder;

    /// <summary>The folder; files stand directly in it.</summary>
    public string Path => _folder.Path;

    /// <summary>What a failure to write into the folder is called where the disk is full; null where it is something else.</summary>
    public ModelRegistryException? NoSpace(IOException failure) =>
        AtomicFile.IsDiskFull(failure) ? Codes.DiskFull.Error($"no space left in {Path}", "free some space and go on; nothing was registered", failure) : null;

    internal static StagingFolder Make(FolderStore store)
    {
        Durable.CreateDirectory(store.Sessions);
        RemoveAbandoned(store);
        return new StagingFolder(SessionFolder.Make(store.Sessions));
    }

    internal static void RemoveAbandoned(FolderStore store)
    {
        foreach (var path in SessionFolder.Abandoned(store.Sessions)) SessionFolder.Remove(path);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
