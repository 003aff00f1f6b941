using System.Collections.Concurrent;
using ModelRegistry.Files;

namespace ModelRegistry.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg locks").FullName;

    private string Lock => Path.Combine(_folder, "lock");

    [Fact]
    public void Take_ManyWhoWait_AllGetItOneAtATime_AndNothingIsLeft()
    {
        const int waiters = 64;
        var (inside, most) = (0, 0);
        var given = new ConcurrentQueue<bool>();
        var threads = Enumerable.Range(0, waiters).Select(_ => new Thread(() =>
        {
            using var held = FileLock.Take(Lock, TimeSpan.FromSeconds(60), TimeProvider.System, default);
            given.Enqueue(held is not null);
            var now = Interlocked.Increment(ref inside);
            lock (given) most = Math.Max(most, now);
            Thread.Yield();
            Interlocked.Decrement(ref inside);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.Equal((waiters, 1), (given.Count(g => g), most));
        Assert.Equal([Lock], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Take_HeldForTooLong_IsNull()
    {
        using var held = FileLock.TryTake(Lock);

        Assert.Null(FileLock.Take(Lock, TimeSpan.FromMilliseconds(50), TimeProvider.System, default));
    }

    [Fact]
    public void Take_QueueOfAProcessThatWasKilled_IsPassed()
    {
        var queue = Directory.CreateDirectory(Lock + FileLock.QueueSuffix).FullName;
        File.WriteAllText(Path.Combine(queue, "0000000000000000-dead"), "");

        using var held = FileLock.Take(Lock, TimeSpan.FromSeconds(10), TimeProvider.System, default);

        Assert.NotNull(held);
        Assert.False(Directory.Exists(queue));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
