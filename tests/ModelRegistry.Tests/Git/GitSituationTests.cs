using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Git;

/// <summary>Registrations in the kinds of repository that people have.</summary>
public sealed class GitSituationTests
{
    [Fact]
    public void RepositoryWithoutAnyCommit_GetsItsFirstOne()
    {
        using var workspace = new Workspace(git: false, registry: false);
        workspace.Git("init", "--quiet");
        Registry.Initialise(workspace.Root, new InitOptions { Commit = false }, workspace.Options);

        var result = workspace.Register("m", "a");

        Assert.Equal(result.Commit, workspace.Git("rev-parse", "HEAD").Trim());
        Assert.Null(result.Manifest.Lineage?.Commit);
        Assert.Equal("main", result.Manifest.Lineage?.Branch);
    }

    [Fact]
    public void DetachedHead_CommitsWithAWarning()
    {
        using var workspace = new Workspace();
        workspace.Git("checkout", "--quiet", "--detach");

        Assert.True(workspace.Register("m", "a").Created);
        Assert.Contains(workspace.Log.Warnings, w => w.Code == "MR0409");
    }

    [Fact]
    public void Worktree_CommitsOnItsOwnBranch()
    {
        using var workspace = new Workspace();
        var tree = Path.Combine(workspace.Root, "wt");
        workspace.Git("worktree", "add", "--quiet", "-b", "side", tree);

        var result = RegistrySession.Open(tree, workspace.Options).Registry.Register(workspace.Request("m", "a"));

        Assert.Equal(result.Commit, workspace.Git("rev-parse", "side").Trim());
        Assert.NotEqual(result.Commit, workspace.Git("rev-parse", "main").Trim());
    }

    [Fact]
    public void Worktree_WhoseStoreStayedInTheMainOne_IsToldWhereItIs()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        var tree = Path.Combine(workspace.Root, "wt");
        workspace.Git("worktree", "add", "--quiet", "-b", "side", tree);
        var registry = RegistrySession.Open(tree, workspace.Options).Registry;

        var failure = Expect.Code("MR0301", () => registry.Resolve(ModelName.Parse("m"), Selector.Latest));

        Assert.Equal($"{Path.Combine(workspace.Root, "models")}, another work tree of this repository, has it: set MODELREG_FALLBACK_PATHS to that folder", failure.Hint);
    }

    [Fact]
    public void SparseCheckout_ThatLeavesTheRegistryOut_IsToldHowToBringIt()
    {
        using var workspace = new Workspace();
        workspace.File_("app/x", "x");
        workspace.Git("add", "app");
        workspace.Git("commit", "-qm", "app");
        workspace.Git("sparse-checkout", "set", "app");

        Assert.Contains("git sparse-checkout add registry", Expect.Code("MR0201", () => RegistrySession.Open(null, workspace.Options with { WorkingDirectory = workspace.Root })).Hint, StringComparison.Ordinal);
        workspace.Git("sparse-checkout", "add", "registry");
        Assert.NotNull(RegistrySession.Open(null, workspace.Options with { WorkingDirectory = workspace.Root }).Registry);
    }

    [Fact]
    public void Submodule_CommitsInTheSubmodule()
    {
        using var inner = new Workspace();
        using var outer = new Workspace(registry: false);
        Workspace.GitIn(outer.Root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.Root, "sub");
        outer.Git("commit", "-qm", "sub");
        var outerHead = outer.Git("rev-parse", "HEAD");

        var result = RegistrySession.Open(Path.Combine(outer.Root, "sub"), outer.Options).Registry.Register(outer.Request("m", "a"));

        Assert.Equal(result.Commit, Workspace.GitIn(Path.Combine(outer.Root, "sub"), "rev-parse", "HEAD").Trim());
        Assert.Equal(outerHead, outer.Git("rev-parse", "HEAD"));
    }

    [Fact]
    public void RegistryOfItsOwn_TakesTheLineageFromTheSourceRepository()
    {
        using var models = new Workspace();
        using var source = new Workspace(registry: false);

        var result = models.Open().Register(models.Request("m", "a") with { Source = RegistrationSource.At(source.Root) });

        Assert.Equal(source.Git("rev-parse", "HEAD").Trim(), result.Manifest.Lineage!.Commit);
        Assert.NotEqual(result.Commit, result.Manifest.Lineage.Commit);
    }

    [Fact]
    public void RegistryInASubdirectory_WithSpacesAndUmlauts_Works()
    {
        using var workspace = new Workspace(registry: false);
        var folder = Path.Combine(workspace.Root, "Teil A", "Größe");
        Registry.Initialise(folder, null, workspace.Options);

        var result = RegistrySession.Open(null, workspace.Options with { WorkingDirectory = Path.Combine(folder, "registry") }).Registry.Register(workspace.Request("m", "a"));

        Assert.Contains("Teil A/Größe/registry/m/versions/1.0.0.json", Workspace.GitIn(workspace.Root, "-c", "core.quotepath=off", "show", "--name-only", "--format=", result.Commit!), StringComparison.Ordinal);
        Assert.True(RegistrySession.Open(folder, workspace.Options).Registry.Doctor().Healthy);
    }

    [Fact]
    public void TrackedStore_IsCommittedWithTheManifest_AndACloneResolvesWithoutTheOriginal()
    {
        using var workspace = new Workspace(trackStore: true);
        var result = workspace.Register("m", "text\r\nwith line ends\n");
        Assert.Contains($"models/blobs/sha256/{result.Manifest.Weights.Digest.Hex}", workspace.Git("show", "--name-only", "--format=", "HEAD"), StringComparison.Ordinal);
        Assert.Equal("", workspace.Git("status", "--porcelain"));
        var clone = Path.Combine(workspace.Root, "clone");
        Workspace.GitIn(workspace.Root, "-c", "core.autocrlf=true", "clone", "--quiet", ".", clone);

        var resolution = RegistrySession.Open(clone, workspace.Options with { CacheDirectory = null }).Registry.Resolve(ModelName.Parse("m"), Selector.Latest);

        Assert.StartsWith(clone, resolution.Weights.LocalPath!, StringComparison.Ordinal);
    }

    [Fact]
    public void IgnoredStore_IsInvisibleToGit()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");

        Assert.Equal("", workspace.Git("status", "--porcelain", "--untracked-files=all"));
    }

    [Fact]
    public void Hook_ThatLooksAtTheCommit_SeesOnlyOurPaths()
    {
        if (OperatingSystem.IsWindows()) return;
        using var workspace = new Workspace();
        var hook = Path.Combine(workspace.Root, ".git", "hooks", "pre-commit");
        File.WriteAllText(hook, "#!/bin/sh\ngit diff --cached --name-only > \"$(git rev-parse --git-dir)/seen\"\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);
        workspace.File_("foreign.txt", "x");
        workspace.Git("add", "foreign.txt");

        workspace.Register("m", "a");

        Assert.DoesNotContain("foreign.txt", File.ReadAllText(Path.Combine(workspace.Root, ".git", "seen")), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_TellsWhoDidWhatAndWhen()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a", ("accuracy", 0.5));
        workspace.Open().Promote(ModelName.Parse("m"), Selector.Latest, "@production", "first");
        workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad");

        var log = workspace.Open().Log(ModelName.Parse("m"));

        Assert.Equal(["yank", "promote", "register"], log.Select(e => e.Action));
        Assert.All(log, e => Assert.Equal("Test Author <author@example.org>", e.Author));
        Assert.Equal(Digest.Of("a"u8).Value, log[2].Digest);
        Assert.Equal("1.0.0", log[1].Version);
    }
}
