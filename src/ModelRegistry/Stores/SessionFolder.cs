using ModelRegistry.Files;

namespace ModelRegistry.Stores;

/// <summary>
/// A folder for files on their way into a store, and the lock beside it that tells other processes whether its owner is alive.
/// The lock is taken before the folder is made and given up after it is gone, so a folder whose lock is free has been abandoned.
/// </summary>
internal sealed class SessionFolder : IDisposable
{
    private const string LockSuffix = ".lock";
    private const int Attempts = 20;

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
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var path = System.IO.Path.Combine(parent, System.IO.Path.GetRandomFileName());
            // Somebody who cleans up may have the new lock in hand for a moment; then another name is free.
            if (TryLock(path) is not { } held) continue;
            Directory.CreateDirectory(path);
            return new SessionFolder(path, held);
        }

        throw new IOException($"no folder could be made in {parent}");
    }

    /// <summary>The folders, and the locks without one, of processes that are gone.</summary>
    public static IReadOnlyList<string> Abandoned(string parent)
    {
        if (!Directory.Exists(parent)) return [];
        var abandoned = new List<string>();
        var locks = Directory.EnumerateFiles(parent, "*" + LockSuffix).Select(file => file[..^LockSuffix.Length]);
        foreach (var path in Directory.EnumerateDirectories(parent).Union(locks, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList())
        {
            if (TryLock(path) is not { } free) continue;
            abandoned.Add(path);
            free.Dispose();
        }

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
                foreach (var file in Directory.EnumerateFiles(Path)) Materialise.Remove(file);
                Directory.Delete(Path);
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
