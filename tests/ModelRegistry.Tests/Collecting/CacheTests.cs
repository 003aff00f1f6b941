using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Collecting;

/// <summary>
/// What pruning takes from the per-user cache. Alone: a process that another test is just starting has the files of this one open for a moment.
/// </summary>
[Collection(nameof(CacheTests))]
public sealed class CacheTests : IDisposable
{
    private readonly Workspace _workspace = new(git: false, registry: false);

    public CacheTests() => _workspace.Clock.Advance(DateTimeOffset.UtcNow - _workspace.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Prune_MaxAge_RemovesWhatNobodyUsed()
    {
        var (old, part) = (Blob("old"), Put("store/tmp", new string('a', 64) + ".part", "half"));
        Assert.Empty(Prune(new PruneOptions { MaxAge = TimeSpan.FromDays(30) }).Removed);
        _workspace.Clock.Advance(TimeSpan.FromDays(31));

        var listed = Prune(new PruneOptions { MaxAge = TimeSpan.FromDays(30), DryRun = true });
        Assert.Equal((2, 0L), (listed.Removed.Count, listed.Left));
        Assert.True(File.Exists(old));
        var done = Prune(new PruneOptions { MaxAge = TimeSpan.FromDays(30) });

        Assert.Equal([CacheEntryKind.Blob, CacheEntryKind.Part], done.Removed.Select(e => e.Kind).Order());
        Assert.False(File.Exists(old) || File.Exists(part));
    }

    [Fact]
    public void Prune_MaxSize_RemovesTheLeastRecentlyUsedFirst()
    {
        var (first, second) = (Blob("first"), Blob("second"));
        // Written first, used last.
        new ModelRegistry.Stores.VerifiedStamps(_workspace.Options.CacheDirectory).Mark(first);
        File.SetLastWriteTimeUtc(Directory.GetFiles(Path.Combine(_workspace.Options.CacheDirectory!, "verified")).Single(), _workspace.Clock.GetUtcNow().AddHours(5).UtcDateTime);
        _workspace.Clock.Advance(TimeSpan.FromDays(1));

        var done = Prune(new PruneOptions { MaxSize = 10 });

        Assert.Equal(second, Assert.Single(done.Removed).Path);
        Assert.Equal(5, done.Left);
    }

    [Fact]
    public void Prune_WhatIsInUse_Stays()
    {
        var (fresh, open, part, idle) = (Blob("fresh"), Blob("open"), Put("store/tmp", new string('b', 64) + ".part", "half"), Blob("idle"));
        Assert.Equal(4, Prune(new PruneOptions { MaxSize = 0 }).InUse.Count);
        _workspace.Clock.Advance(TimeSpan.FromHours(2));
        using var reader = File.OpenRead(open);
        using var fetching = ModelRegistry.Files.FileLock.TryTake(part + ".fetching");

        var done = Prune(new PruneOptions { MaxSize = 0 });

        Assert.Equal(new[] { open, part }.Order(StringComparer.Ordinal), done.InUse.Order(StringComparer.Ordinal));
        Assert.False(File.Exists(idle) || File.Exists(fresh));
        Assert.True(File.Exists(open) && File.Exists(part));
    }

    [Fact]
    public void Prune_ClonesOfRegistries_Count_UnlessABuildHoldsThem()
    {
        using var team = new Team(clones: 1);
        var options = _workspace.Options;
        team.Register(0, "m");
        team.Sync(0);
        var url = new Uri(team.Remote).AbsoluteUri;
        using (var session = RegistrySession.Open(url, options)) Assert.Single(session.Registry.Names());
        _workspace.Clock.Advance(TimeSpan.FromDays(2));
        using (RegistrySession.Open(url, options with { Offline = true }))
        {
            // Opening it was its use.
            Assert.Empty(Prune(new PruneOptions { MaxAge = TimeSpan.FromDays(1) }).Removed);
            _workspace.Clock.Advance(TimeSpan.FromDays(2));
            Assert.Single(Prune(new PruneOptions { MaxAge = TimeSpan.FromDays(1) }).InUse);
        }

        var done = Prune(new PruneOptions { MaxAge = TimeSpan.FromDays(1) });

        Assert.Equal(CacheEntryKind.Clone, Assert.Single(done.Removed).Kind);
        Assert.Equal(0, done.Left);
        using var again = RegistrySession.Open(url, options);
        Assert.Single(again.Registry.Names());
    }

    [Fact]
    public void Prune_FolderThatSharesItsBytesWithABlob_FreesThemOnlyWithTheLastName()
    {
        var blob = Blob("shared");
        var folder = Path.Combine(_workspace.Options.CacheDirectory!, "folders", "aa");
        Directory.CreateDirectory(folder);
        Assert.True(ModelRegistry.Files.Materialise.TryHardLink(blob, Path.Combine(folder, "weights.bin")));
        _workspace.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(6, Prune(new PruneOptions { MaxSize = 6, DryRun = true }).Left);
        var done = Prune(new PruneOptions { MaxSize = 5 });

        Assert.Equal((2, 0L), (done.Removed.Count, done.Left));
        Assert.False(Directory.Exists(folder));
    }

    private string Blob(string content) => Put("store/blobs/sha256", Digest.Of(System.Text.Encoding.UTF8.GetBytes(content)).Hex, content);

    private string Put(string folder, string name, string content) => _workspace.File_(Path.Combine(".cache", folder, name), content);

    private PruneReport Prune(PruneOptions options) => new RegistryCache(_workspace.Options).Prune(options);
}

[CollectionDefinition(nameof(CacheTests), DisableParallelization = true)]
public sealed class Alone;
