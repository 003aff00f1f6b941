using ModelRegistry.Files;
using ModelRegistry.Git;

namespace ModelRegistry.Stores;

/// <summary>
/// A folder for files on their way into a store, and the lock beside it that tells other processes whether its owner is alive.
/// The lock is taken before the folder is made and given up after it is gone, so a folder whose lock is free has been abandoned.
/// </summary>
internal sealed class SessionFolder : IDisposable
{
    private const string LockSuffix = ".lock";
    private const string UnbornPrefix = ".new-";

    private readonly FileLock _lock;

    private SessionFolder(string path, FileLock held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Makes a folder of a new name.</summary>
    public static SessionFolder Make(string parent)
    {
        while (true)
        {
            var path = System.IO.Path.Combine(parent, System.IO.Path.GetRandomFileName());
            if (TryMakeLock(path) is not { } held) continue;
            SharedRepository.CreateDirectory(path);
            return new SessionFolder(path, held);
        }
    }

    /// <summary>The folders, and the locks without one, of processes that are gone.</summary>
    public static IReadOnlyList<string> Abandoned(string parent)
    {
        if (!Directory.Exists(parent)) return [];
        var abandoned = new List<string>();
        var locks = Directory.EnumerateFiles(parent, "*" + LockSuffix).Select(file => file[..^LockSuffix.Length]);
        var folders = Directory.EnumerateDirectories(parent).Where(folder => !folder.EndsWith(FileLock.QueueSuffix, StringComparison.Ordinal));
        foreach (var path in folders.Union(locks, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList())
        {
            if (TryLock(path) is not { } free) continue;
            abandoned.Add(path);
            free.Dispose();
        }

        // A lock that was never given its name: its process was killed before that.
        foreach (var unborn in Directory.EnumerateFiles(parent, UnbornPrefix + "*").ToList()) FileLock.IsHeld(unborn);
        return abandoned;
    }

    /// <summary>Deletes an abandoned folder and its lock; leaves them where they have an owner after all.</summary>
    public static void Remove(string path)
    {
        if (TryLock(path) is not { } held) return;
        using var folder = new SessionFolder(path, held);
    }

    /// <summary>Deletes the folder, then the lock.</summary>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(Path))
            {
                RemoveFolder(new DirectoryInfo(Path));
            }

            // Deleted in the hand of its owner: whoever has it open by then finds that it has no name any more and takes another.
            if (!OperatingSystem.IsWindows()) File.Delete(Path + LockSuffix);
        }
        finally
        {
            _lock.Dispose();
        }

        if (OperatingSystem.IsWindows()) DeleteUnlessTaken(Path + LockSuffix);
    }

    // The lock gets its name when it is held already, so no cleaner ever finds it free. A cleaner may take it before it is held, and on
    // Windows, which renames no file that is open, for a moment after; then another name is free.
    private static FileLock? TryMakeLock(string path)
    {
        if (OperatingSystem.IsWindows()) return TryLock(path);
        var unborn = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, UnbornPrefix + System.IO.Path.GetFileName(path));
        if (FileLock.TryTake(unborn) is not { } held) return null;
        try
        {
            File.Move(unborn, path + LockSuffix);
            return held;
        }
        catch (FileNotFoundException)
        {
            held.Dispose();
            return null;
        }
    }

    // Links are deleted, never followed.
    private static void RemoveFolder(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } below) RemoveFolder(below);
            else if (entry.LinkTarget is null) Materialise.Remove(entry.FullName);
            else entry.Delete();
        }

        folder.Delete();
    }

    private static FileLock? TryLock(string path)
    {
        FileLock? held;
        try
        {
            held = FileLock.TryTake(path + LockSuffix);
        }
        catch (IOException) when (!File.Exists(path + LockSuffix) && Directory.Exists(System.IO.Path.GetDirectoryName(path)))
        {
            return null;
        }

        if (held is null || File.Exists(path + LockSuffix)) return held;
        held.Dispose();
        return null;
    }

    // Windows deletes no file that is open, so between the two steps somebody may have taken it; then it is theirs.
    private static void DeleteUnlessTaken(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Its new owner deletes it.
        }
    }
}
