using ModelRegistry.Locking;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Syncing;

/// <summary>Lock files beside a sync that gives a version another number.</summary>
public sealed class LockedNamesTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");

    private readonly Team _team = new();

    public void Dispose() => _team.Dispose();

    [Fact]
    public void LockFileThatIsNamed_GetsTheNewNumber_AndOthersAreWarnedAbout()
    {
        var (named, other) = (Path.Combine(_team.Clones[1], "app", "models.lock.json"), Path.Combine(_team.Clones[1], "service", "models.lock.json"));
        LoseANumber();
        Lock(named, Selector.Latest, Selector.Parse("1.*"), Selector.Parse("1.0.0"), Selector.Parse("[1.0.0,1.1.0)"));
        Lock(other, Selector.Latest);

        var done = _team.Sync(1, new SyncOptions { Locks = [named] });

        Assert.Equal([named], done.Locks);
        var read = new LockFile(named, _team.Options).Read();
        var now = _team.Open(1).GetManifest(ModelId.Parse("m/1.1.0"));
        foreach (var selector in new[] { "latest", "1.*" })
        {
            var locked = read.Find(new ModelRequest(M, Selector.Parse(selector)))!;
            Assert.Equal(("1.1.0", now.Digest, done.Commit), (locked.Version.Value, locked.ManifestDigest, locked.Commit));
        }

        // These ask for a number that is somebody else's version now.
        foreach (var selector in new[] { "1.0.0", "[1.0.0,1.1.0)" }) Assert.Equal("1.0.0", read.Find(new ModelRequest(M, Selector.Parse(selector)))!.Version.Value);
        var warnings = _team.Log.Warnings.Where(w => w.Code == "MR0858").Select(w => w.Message).ToList();
        Assert.Equal(2, warnings.Count(w => w.StartsWith(named, StringComparison.Ordinal)));
        Assert.Contains("m 'latest', which is m/1.1.0 now", Assert.Single(warnings, w => w.StartsWith(other, StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("1.0.0", new LockFile(other, _team.Options).Read().Find(new ModelRequest(M, Selector.Latest))!.Version.Value);
    }

    [Fact]
    public void LockFileThatIsNotThere_StopsTheSyncBeforeAnythingIsSent()
    {
        LoseANumber();
        var before = Workspace.GitIn(_team.Remote, "rev-parse", "main");

        Expect.Code("MR0115", () => _team.Sync(1, new SyncOptions { Locks = [Path.Combine(_team.Clones[1], "none.json")] }));

        Assert.Equal(before, Workspace.GitIn(_team.Remote, "rev-parse", "main"));
    }

    private void LoseANumber()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Register(1, "m");
    }

    private void Lock(string path, params Selector[] selectors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var resolution = _team.Open(1).Resolve(M, Selector.Latest);
        foreach (var selector in selectors)
        {
            new LockFile(path, _team.Options).Update(locks => locks.With(new ModelRequest(M, selector), new LockedVersion
            {
                Version = resolution.Manifest.Version,
                ManifestDigest = resolution.ManifestDigest,
                Commit = _team.Git(1, "rev-parse", "HEAD").Trim(),
                Files = resolution.Manifest.Files,
            }));
        }
    }
}
