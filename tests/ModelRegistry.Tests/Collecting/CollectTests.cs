using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Collecting;

/// <summary>What gc takes from the local store, and what keeps an artifact there.</summary>
public sealed class CollectTests : IDisposable
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private readonly Workspace _workspace = new();

    public CollectTests()
    {
        // The age of a file is by the machine's clock; the test's own is taken past it.
        _workspace.Clock.Advance(DateTimeOffset.UtcNow - _workspace.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        _workspace.Register("m", "one");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Gc_ArtifactThatNothingNames_GoesWhenItIsOldEnough()
    {
        var lost = Lose("two");

        Assert.Empty(Collect(new CollectOptions()).Blobs);
        _workspace.Clock.Advance(Month);
        var listed = Collect(new CollectOptions { DryRun = true });
        Assert.Equal(lost, Assert.Single(listed.Blobs).Digest);
        Assert.True(Has(lost));
        var done = Collect(new CollectOptions());

        Assert.Equal((lost, 3L, null, 1, 3L), (done.Blobs[0].Digest, done.Freed, done.Blobs[0].Copy, done.Kept, done.KeptBytes));
        Assert.False(Has(lost));
        Assert.Equal("1.0.0", _workspace.Resolve("m", "latest"));
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    public static TheoryData<string> Places => ["branch", "remote branch", "tag", "annotated tag", "stash", "older stash", "untracked in a stash", "index", "work tree", "other work tree", "detached", "merge under way"];

    [Theory]
    [MemberData(nameof(Places))]
    public void Gc_VersionThatAnyPlaceOfGitNames_Stays(string place)
    {
        var before = _workspace.Git("rev-parse", "HEAD").Trim();
        var made = _workspace.Register("m", "two");
        var manifest = Path.GetRelativePath(_workspace.Root, made.ManifestPath);
        void Hide() => _workspace.Git("reset", "--quiet", "--hard", before);
        void Stash(params string[] more)
        {
            _workspace.Git("reset", "--quiet", "--mixed", before);
            if (more.Length == 0) _workspace.Git("add", manifest);
            _workspace.Git(["stash", "push", "--quiet", .. more, "--", manifest]);
        }

        switch (place)
        {
            case "branch": _workspace.Git("branch", "other"); Hide(); break;
            case "remote branch": _workspace.Git("update-ref", "refs/remotes/origin/other", "HEAD"); Hide(); break;
            case "tag": _workspace.Git("tag", "v1"); Hide(); break;
            case "annotated tag": _workspace.Git("tag", "-a", "-m", "one", "v1"); Hide(); break;
            case "stash": Stash(); break;
            case "untracked in a stash": Stash("--include-untracked"); break;
            case "older stash":
                Stash();
                _workspace.File_("other.txt", "other");
                _workspace.Git("stash", "push", "--quiet", "--include-untracked", "--", "other.txt");
                break;
            case "index":
                _workspace.Git("reset", "--quiet", "--soft", before);
                File.Delete(made.ManifestPath);
                break;
            case "work tree": _workspace.Git("reset", "--quiet", "--mixed", before); break;
            case "other work tree":
                _workspace.Git("worktree", "add", "--quiet", "--detach", ".cache/other", "HEAD");
                Hide();
                Workspace.GitIn(Path.Combine(_workspace.Root, ".cache/other"), "reset", "--quiet", "--mixed", before);
                break;
            case "detached": _workspace.Git("checkout", "--quiet", "--detach"); _workspace.Git("branch", "--force", "main", before); break;
            default:
                Hide();
                _workspace.Register("n", "three");
                _workspace.Git("merge", "--no-commit", "--no-ff", "--quiet", made.Commit!);
                _workspace.Git("rm", "--quiet", "-f", "--", manifest);
                break;
        }

        Forget("ORIG_HEAD");
        var lost = Digest.Of("two"u8);
        _workspace.Clock.Advance(Month);

        Assert.Empty(Collect(new CollectOptions()).Blobs);

        Assert.True(Has(lost));
    }

    [Fact]
    public void Gc_VersionThatOnlyHistoryNames_StaysWithHistory_AndGoesWithoutIt()
    {
        var made = _workspace.Register("m", "two");
        _workspace.Git("rm", "--quiet", made.ManifestPath);
        _workspace.Git("commit", "--quiet", "-m", "away with it");
        _workspace.Clock.Advance(Month);

        Assert.Empty(Collect(new CollectOptions { History = true }).Blobs);
        Assert.Single(Collect(new CollectOptions()).Blobs);
    }

    [Fact]
    public void Gc_VersionOfALockFile_Stays_AndALockFileThatIsNotThereIsRefused()
    {
        var before = _workspace.Git("rev-parse", "HEAD").Trim();
        _workspace.Register("m", "two");
        var request = new Locking.ModelRequest(ModelName.Parse("m"), Selector.Latest);
        var path = Path.Combine(_workspace.Root, "models.lock.json");
        var resolution = _workspace.Open().Resolve(request.Name, request.Selector);
        new Locking.LockFile(path, _workspace.Options).Update(locked => locked.With(request, new Locking.LockedVersion
        {
            Version = resolution.Manifest.Version,
            ManifestDigest = resolution.ManifestDigest,
            Files = resolution.Manifest.Files,
        }));
        _workspace.Git("reset", "--quiet", "--hard", before);
        Forget("ORIG_HEAD");
        _workspace.Clock.Advance(Month);

        Expect.Code("MR0115", () => Collect(new CollectOptions { Locks = [path + "x"] }));
        Assert.Empty(Collect(new CollectOptions { Locks = [path] }).Blobs);
        Assert.Single(Collect(new CollectOptions()).Blobs);
    }

    [Fact]
    public void Gc_ManifestThatCannotBeRead_StopsIt()
    {
        var lost = Lose("two");
        _workspace.Git("branch", "other");
        _workspace.Clock.Advance(Month);
        var manifest = _workspace.Open().Layout.Manifest(ModelId.Parse("m/1.0.0"));
        var content = File.ReadAllText(manifest);
        File.WriteAllText(manifest, "<<<<<<< ours\n" + content);
        Expect.Code("MR0260", () => Collect(new CollectOptions()));
        _workspace.Git("commit", "--quiet", "-am", "broken");
        _workspace.Git("branch", "broken");
        _workspace.Git("reset", "--quiet", "--hard", "other");

        Assert.Contains("1.0.0.json", Expect.Code("MR0260", () => Collect(new CollectOptions())).Message, StringComparison.Ordinal);

        Assert.True(Has(lost));
        _workspace.Git("branch", "-D", "broken");
        Forget("ORIG_HEAD");
        Assert.Single(Collect(new CollectOptions()).Blobs);
    }

    [Fact]
    public void Gc_FilesOfThatShapeThatAreNoRegistrys_StopNothing()
    {
        Lose("two");
        _workspace.File_("site/posts/versions/1.json", "[]");
        _workspace.Git("add", "site");
        _workspace.Git("commit", "--quiet", "-m", "site");
        _workspace.Clock.Advance(Month);

        Assert.Single(Collect(new CollectOptions()).Blobs);
    }

    [Fact]
    public void Gc_RegistryThatMovedOnAnotherBranch_KeepsWhatItNames()
    {
        var before = _workspace.Git("rev-parse", "HEAD").Trim();
        _workspace.Register("m", "two");
        _workspace.Git("switch", "--quiet", "-c", "moved");
        _workspace.Git("mv", "registry", "elsewhere");
        _workspace.Git("commit", "--quiet", "-m", "move");
        _workspace.Git("switch", "--quiet", "main");
        _workspace.Git("reset", "--quiet", "--hard", before);
        Forget("ORIG_HEAD");
        _workspace.Clock.Advance(Month);

        Assert.Empty(Collect(new CollectOptions()).Blobs);
    }

    [Fact]
    public void Gc_WhatTheStoresIndexNames_Stays_WithImagesAndConfigurations()
    {
        _workspace.Open().IndexStore([]);
        var lost = Lose("two");
        _workspace.Clock.Advance(Month);

        Assert.Equal(lost, Assert.Single(Collect(new CollectOptions()).Blobs).Digest);
        Assert.Equal(4, Directory.GetFiles(Blobs).Length);

        File.WriteAllText(Path.Combine(_workspace.Root, "models", "index.json"), "{");
        Expect.Code("MR0260", () => Collect(new CollectOptions()));
    }

    [Fact]
    public void Gc_BesideTheIndexOfManyVersions_KeepsWhatItNames()
    {
        _workspace.Open().IndexStore([]);
        var index = Path.Combine(_workspace.Root, "models", "index.json");
        var others = string.Concat(Enumerable.Range(0, 30_000).Select(i =>
            $$"""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{{i:x64}}","size":1234,"annotations":{"org.opencontainers.image.ref.name":"other/1.0.{{i}}"} },"""));
        File.WriteAllText(index, File.ReadAllText(index).Replace("\"manifests\":[", "\"manifests\":[" + others, StringComparison.Ordinal));
        Assert.True(new FileInfo(index).Length > 4 << 20);
        var lost = Lose("two");
        _workspace.Clock.Advance(Month);

        Assert.Equal(lost, Assert.Single(Collect(new CollectOptions()).Blobs).Digest);
        Assert.Equal(4, Directory.GetFiles(Blobs).Length);
    }

    [Fact]
    public void Gc_ContentThatIsRegisteredAgain_IsYoungAgain()
    {
        var lost = Lose("two");
        var path = Path.Combine(Blobs, lost.Hex);
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        // As another clone with this store would, whose manifest this one does not see.
        _workspace.Register("m", "two");
        Assert.True(File.GetLastWriteTimeUtc(path).Year > 2020);

        // And as a sync does that shares it with this folder.
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        AddStore("again", Path.Combine(_workspace.Root, "models"));
        _workspace.Open().Push([ModelReference.Parse("m/1.1.0")], "again");
        Assert.True(File.GetLastWriteTimeUtc(path).Year > 2020);
    }

    [Fact]
    public void Gc_JournalOfAWriteUnderWay_KeepsItsBlobs()
    {
        var lost = Lose("two");
        _workspace.Clock.Advance(Month);
        var pending = Path.Combine(_workspace.RegistryRoot, ".pending");
        Directory.CreateDirectory(pending);
        File.WriteAllText(Path.Combine(pending, "x.json"), $$"""{"creates":["m/versions/9.0.0.json"],"commits":true,"blobs":["{{lost}}"],"at":"2026-11-26T00:00:00Z"}""");

        Assert.Empty(Collect(new CollectOptions()).Blobs);
    }

    [Fact]
    public void Gc_TrackedStore_KeepsWhatIsCommitted()
    {
        using var workspace = new Workspace(trackStore: true);
        workspace.Clock.Advance(DateTimeOffset.UtcNow - workspace.Clock.GetUtcNow());
        var made = workspace.Register("m", "one");
        workspace.Git("rm", "--quiet", made.ManifestPath);
        workspace.Git("commit", "--quiet", "-m", "away with it");
        workspace.Clock.Advance(Month);

        Assert.Empty(workspace.Open().Collect().Blobs);

        Assert.Equal("", workspace.Git("status", "--porcelain"));
    }

    [Fact]
    public void Gc_Keep_ThinsOutOnlyWhatAnotherStoreVerifiablyHas()
    {
        var share = Path.Combine(_workspace.Root, ".cache", "share");
        AddStore("share", share);
        foreach (var content in new[] { "two", "three", "four" }) _workspace.Register("m", content);
        var registry = _workspace.Open();
        registry.Promote(ModelName.Parse("m"), Selector.Parse("1.1.0"), "production");
        registry.Push([ModelReference.Parse("m/1.0.0"), ModelReference.Parse("m/1.1.0"), ModelReference.Parse("m/1.3.0")], "share");
        _workspace.Clock.Advance(Month);
        var options = new CollectOptions { Keep = new KeptVersions { Latest = 1, Aliases = ["production"] } };

        // 1.2.0 is nowhere else, 1.1.0 is in production, 1.3.0 is the newest.
        var gone = Assert.Single(Collect(options).Blobs);

        Assert.Equal((Digest.Of("one"u8), "share"), (gone.Digest, gone.Copy));
        Assert.Equal("1.0.0", _workspace.Resolve("m", "1.0.0"));
        Assert.Empty(Collect(options).Blobs);
        Assert.Equal(Digest.Of("two"u8), Assert.Single(Collect(new CollectOptions { MaxSize = 10 }).Blobs).Digest);
        Assert.Empty(Collect(new CollectOptions { MaxSize = 9 + 1 }).Blobs);
    }

    [Fact]
    public void Gc_SecondNameOfTheSameFolder_IsNoSecondCopy()
    {
        var link = Path.Combine(_workspace.Root, ".cache", "link");
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        Directory.CreateSymbolicLink(link, Path.Combine(_workspace.Root, "models"));
        AddStore("mirror", link);
        _workspace.Clock.Advance(Month);

        Assert.Empty(Collect(new CollectOptions { MaxSize = 0 }).Blobs);
    }

    [Fact]
    public void Gc_Remote_ListsWhatOtherStoresHoldAndNothingNames()
    {
        var share = Path.Combine(_workspace.Root, ".cache", "share");
        AddStore("share", share);
        _workspace.Register("m", "two");
        _workspace.Open().Push([], "share");
        Lose("three", push: true);

        var report = Assert.Single(_workspace.Open().ListUnreferenced());

        Assert.Equal(("share", 2), (report.Store, report.Kept));
        Assert.Equal((Digest.Of("three"u8), 5L), (report.Blobs.Single().Digest, report.Blobs.Single().Size));
    }

    [Fact]
    public void Gc_WithoutGit_KeepsWhatTheFilesName()
    {
        using var workspace = new Workspace(git: false);
        workspace.Clock.Advance(DateTimeOffset.UtcNow - workspace.Clock.GetUtcNow());
        foreach (var content in new[] { "one", "two" }) workspace.Open().Register(workspace.Request("m", content) with { Commit = false });
        File.Delete(workspace.Open().Layout.Manifest(ModelId.Parse("m/1.1.0")));
        workspace.Clock.Advance(Month);

        Assert.Equal(Digest.Of("two"u8), Assert.Single(workspace.Open().Collect().Blobs).Digest);
    }

    private string Blobs => Path.Combine(_workspace.Root, "models", "blobs", "sha256");

    private bool Has(Digest digest) => File.Exists(Path.Combine(Blobs, digest.Hex));

    private CollectReport Collect(CollectOptions options) => _workspace.Open().Collect(options);

    private void Forget(string name) => File.Delete(Path.Combine(_workspace.Root, ".git", name));

    // Registered, and its commit taken back with git: what a person does who regrets.
    private Digest Lose(string content, bool push = false)
    {
        var before = _workspace.Git("rev-parse", "HEAD").Trim();
        var made = _workspace.Register("m", content);
        if (push) _workspace.Open().Push([ModelReference.Parse(made.Id.ToString())], "share");
        _workspace.Git("reset", "--quiet", "--hard", before);
        Forget("ORIG_HEAD");
        return made.Manifest.Files[0].Digest;
    }

    private void AddStore(string name, string path)
    {
        var settings = Path.Combine(_workspace.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"path\": \"../models\"\n    }", $"\"path\": \"../models\"\n    }},\n    {{ \"name\": \"{name}\", \"path\": \"{path}\" }}", StringComparison.Ordinal));
        _workspace.Git("commit", "--quiet", "-am", "a store");
    }
}
