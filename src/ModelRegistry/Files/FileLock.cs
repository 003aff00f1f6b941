using System.Globalization;
using ModelRegistry.Git;

namespace ModelRegistry.Files;

/// <summary>A lock between processes: an open file that the system gives up when its owner is gone, however it ended.</summary>
internal sealed class FileLock : IDisposable
{
    /// <summary>What the name of the folder in which those who wait stand ends with.</summary>
    public const string QueueSuffix = ".queue";

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock if it is free.</summary>
    public static FileLock? TryTake(string path)
    {
        try
        {
            var known = File.Exists(path);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (!known) SharedRepository.Grant(path);
            return new FileLock(file);
        }
        catch (IOException failure) when (File.Exists(path) || IsSharingViolation(failure))
        {
            return null;
        }
    }

    /// <summary>Whether somebody holds the lock of a file; one that nobody holds is deleted.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            File.Delete(path);
            return false;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>
    /// Takes the lock, waiting for it; null when nobody has made way for that long. Who waits stands in a queue beside the lock, so the
    /// order is that of arrival and however many wait, none starves: the time counts anew whenever somebody ahead has gone.
    /// </summary>
    public static FileLock? Take(string path, TimeSpan timeout, TimeProvider clock, CancellationToken cancellation)
    {
        Durable.CreateDirectory(Path.GetDirectoryName(path)!);
        var queue = path + QueueSuffix;
        if (!Directory.Exists(queue) && TryTake(path) is { } free) return free;
        using var ticket = Ticket.Draw(queue, clock);
        var (start, ahead) = (clock.GetTimestamp(), int.MaxValue);
        while (true)
        {
            var before = ticket?.CountAhead() ?? 0;
            if (before == 0 && TryTake(path) is { } taken) return taken;
            if (before < ahead) (start, ahead) = (clock.GetTimestamp(), before);
            if (clock.GetElapsedTime(start) > timeout) return null;
            // Uneven pauses, so that those who wait do not march in step; who is far behind looks less often.
            cancellation.WaitHandle.WaitOne(Random.Shared.Next(2, 12) * (1 + Math.Min(before, 8)));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Gives the lock up. The file stays: deleting it would let two processes hold two locks of one name.</summary>
    public void Dispose() => _file.Dispose();

    // Where the file was deleted meanwhile, only the error tells: ERROR_SHARING_VIOLATION, or EWOULDBLOCK of Linux and of macOS.
    private static bool IsSharingViolation(IOException failure) => failure.HResult is unchecked((int)0x80070020) or 11 or 35;

    /// <summary>A place in the queue: a file named by the time of arrival, held open by who waits.</summary>
    private sealed class Ticket : IDisposable
    {
        private readonly string _path;
        private readonly FileLock _held;

        private Ticket(string path, FileLock held)
        {
            _path = path;
            _held = held;
        }

        /// <summary>Takes the last place; null where no queue can be kept, as in a folder of another user. Then the lock is taken in no order.</summary>
        public static Ticket? Draw(string queue, TimeProvider clock)
        {
            var name = clock.GetUtcNow().UtcTicks.ToString("x16", CultureInfo.InvariantCulture) + "-" + Path.GetRandomFileName();
            while (true)
            {
                try
                {
                    SharedRepository.CreateDirectory(queue);
                    return TryTake(Path.Combine(queue, name)) is { } held ? new Ticket(Path.Combine(queue, name), held) : null;
                }
                catch (DirectoryNotFoundException)
                {
                    // The last one who waited has just removed it.
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    return null;
                }
            }
        }

        /// <summary>How many came before. Those whose process is gone are taken out.</summary>
        public int CountAhead()
        {
            var ahead = 0;
            foreach (var other in FolderFiles.Named(Path.GetDirectoryName(_path)!, "*").Where(other => string.CompareOrdinal(other, _path) < 0))
            {
                if (IsHeld(other)) ahead++;
            }

            return ahead;
        }

        public void Dispose()
        {
            try
            {
                File.Delete(_path);
                _held.Dispose();
                Directory.Delete(Path.GetDirectoryName(_path)!);
            }
            catch (IOException)
            {
                // Others wait, or the last of them has removed the folder.
                _held.Dispose();
            }
        }
    }
}
