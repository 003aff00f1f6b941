using ModelRegistry.Files;
using ModelRegistry.Stores;

namespace ModelRegistry.Tests.Stores;

public sealed class SessionFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("modelreg sessions").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void Dispose_LeavesNothing()
    {
        using (var folder = SessionFolder.Make(_parent)) File.WriteAllText(Path.Combine(folder.Path, "0"), "x");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
    }

    [Fact]
    public void Abandoned_ALiveSession_IsNotOne_AndCannotBeRemoved()
    {
        using var folder = SessionFolder.Make(_parent);
        Assert.Empty(SessionFolder.Abandoned(_parent));
        SessionFolder.Remove(folder.Path);
        Assert.True(Directory.Exists(folder.Path));
    }

    [Fact]
    public void Abandoned_AFolderWithoutOwner_AndALockWithoutFolder_AreFoundAndRemoved()
    {
        Directory.CreateDirectory(Path.Combine(_parent, "a"));
        File.WriteAllText(Path.Combine(_parent, "a", "0"), "x");
        File.WriteAllText(Path.Combine(_parent, "b.lock"), "");
        File.WriteAllText(Path.Combine(_parent, "lock"), "");
        Assert.Equal([Path.Combine(_parent, "a"), Path.Combine(_parent, "b")], SessionFolder.Abandoned(_parent));
        foreach (var path in SessionFolder.Abandoned(_parent)) SessionFolder.Remove(path);
        Assert.Equal([Path.Combine(_parent, "lock")], Directory.EnumerateFileSystemEntries(_parent));
    }

    [Fact]
    public void Abandoned_ALockThatWasNeverNamed_IsRemoved_UnlessItIsHeld()
    {
        File.WriteAllText(Path.Combine(_parent, ".new-a"), "");
        using (var living = FileLock.TryTake(Path.Combine(_parent, ".new-b")))
        {
            Assert.Empty(SessionFolder.Abandoned(_parent));
            Assert.Equal([Path.Combine(_parent, ".new-b")], Directory.EnumerateFileSystemEntries(_parent));
        }

        Assert.Empty(SessionFolder.Abandoned(_parent));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
    }

    [Fact]
    public void Abandoned_TheQueueOfALock_IsNoSession()
    {
        Directory.CreateDirectory(Path.Combine(_parent, "lock.queue"));

        Assert.Empty(SessionFolder.Abandoned(_parent));
    }

    [Fact]
    public void Dispose_OfFoldersWithin_LeavesNothing_AndFollowsNoLink()
    {
        var outside = Directory.CreateTempSubdirectory("modelreg outside").FullName;
        File.WriteAllText(Path.Combine(outside, "kept"), "x");
        using (var folder = SessionFolder.Make(_parent))
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, "a", "b")).FullName, "0"), "x");
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, "link"), outside);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
        Assert.True(File.Exists(Path.Combine(outside, "kept")));
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public async Task Make_WhileOthersCleanUp_NeverLosesItsFolder()
    {
        using var stop = new CancellationTokenSource();
        var cleaner = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    foreach (var path in SessionFolder.Abandoned(_parent)) SessionFolder.Remove(path);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var i = 0; i < 800; i++)
        {
            using var folder = SessionFolder.Make(_parent);
            File.WriteAllText(Path.Combine(folder.Path, "0"), "x");
            Assert.True(File.Exists(Path.Combine(folder.Path, "0")));
        }

        await stop.CancelAsync();
        await cleaner;
        Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
    }
}
