namespace ModelRegistry.Files;

/// <summary>A lock between processes: an open file that the system gives up when its owner is gone, however it ended.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock if it is free.</summary>
    public static FileLock? TryTake(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Takes the lock, waiting for it; null when the time is over.</summary>
    public static FileLock? Take(string path, TimeSpan timeout, TimeProvider clock, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var start = clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            if (TryTake(path) is { } taken) return taken;
            if (clock.GetElapsedTime(start) > timeout) return null;
            // Uneven pauses, so that those who wait do not march in step.
            cancellation.WaitHandle.WaitOne(Random.Shared.Next(2, 10 + Math.Min(attempt, 20)));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Gives the lock up. The file stays: deleting it would let two processes hold two locks of one name.</summary>
    public void Dispose() => _file.Dispose();
}
