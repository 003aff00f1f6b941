using ModelRegistry.Diagnostics;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Git;

/// <summary>Hooks that change the files of the commit they are asked about.</summary>
public sealed class HookTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public void ReformattingHook_IsPutBack_AndSaid()
    {
        if (OperatingSystem.IsWindows()) return;
        Hook("pre-commit", """for f in $(git diff --cached --name-only | grep 'json$'); do tr -d '\n' < "$f" > t && mv t "$f" && git add -f "$f"; done""");

        var result = _workspace.Register("m", "a");

        AssertAsWritten(result);
        Assert.Contains(_workspace.Log.Warnings, w => w.Code == "MR0414" && w.Message.Contains("m/versions/1.0.0.json", StringComparison.Ordinal));
    }

    [Fact]
    public void HookThatChangesTheIndexAlone_IsNoticed()
    {
        if (OperatingSystem.IsWindows()) return;
        Hook("pre-commit", """for f in $(git diff --cached --name-only | grep 'json$'); do o=$(tr -d '\n' < "$f" | git hash-object -w --stdin); git update-index --cacheinfo 100644,$o,"$f"; done""");

        AssertAsWritten(_workspace.Register("m", "a"));
    }

    [Fact]
    public void HookThatChangesFacts_RefusesTheRegistration_AndNothingIsLeft()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("other", "b");
        var before = _workspace.Snapshot();
        Hook("pre-commit", """for f in $(git diff --cached --name-only | grep 'versions/'); do sed -i 's/"createdBy": "[^"]*"/"createdBy": "the hook"/' "$f"; git add -f "$f"; done""");

        Expect.Code("MR0413", () => _workspace.Open().Register(_workspace.Request("m", "a")));

        File.Delete(Path.Combine(_workspace.Root, "m.pth"));
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Theory]
    [InlineData("tr a-z A-Z")]
    [InlineData("tr -d '\\n'")]
    public void FilterThatCommitsSomethingElse_RefusesTheRegistration_AndLeavingTheRegistryOutOfItHelps(string clean)
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("other", "b");
        _workspace.Git("config", "filter.other.clean", clean);
        File.WriteAllText(Path.Combine(_workspace.Root, ".git", "info", "attributes"), "*.json filter=other\n");
        var before = _workspace.Snapshot();

        Assert.Contains("-filter", Expect.Code("MR0413", () => _workspace.Open().Register(_workspace.Request("m", "a"))).Hint, StringComparison.Ordinal);

        File.Delete(Path.Combine(_workspace.Root, "m.pth"));
        Assert.Equal(before, _workspace.Snapshot());
        File.AppendAllText(Path.Combine(_workspace.Root, ".git", "info", "attributes"), "registry/** -filter\n");
        AssertAsWritten(_workspace.Register("m", "a"));
    }

    /// <summary>As registrations were made where Git LFS keeps every JSON file, before that was refused.</summary>
    [Fact]
    public void RegistrationThatGitLfsKeeps_IsNotCalledAmended()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("m", "a");
        _workspace.Git("config", "filter.large.clean", """printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 1\n' $(sha256sum | cut -d' ' -f1)""");
        File.WriteAllText(Path.Combine(_workspace.Root, ".git", "info", "attributes"), "versions/*.json filter=large\n1.0.0.json filter=large\n");
        _workspace.Git("add", "--renormalize", "registry/m");
        _workspace.Git("commit", "--quiet", "--amend", "--no-edit");

        Assert.StartsWith("version https://git-lfs", _workspace.Git("show", "HEAD:registry/m/versions/1.0.0.json"), StringComparison.Ordinal);
        Assert.DoesNotContain(_workspace.Open().Doctor().Findings, finding => finding.Diagnostic.Code == "MR0229");
        Assert.All(_workspace.Open().Log(), entry => Assert.Null(entry.Contradiction));
    }

    [Fact]
    public void HookOfAFirstCommit_IsPutBackToo()
    {
        if (OperatingSystem.IsWindows()) return;
        using var workspace = new Workspace(git: false, registry: false);
        workspace.Git("init", "--quiet");
        Registry.Initialise(workspace.Root, new InitOptions { Commit = false }, workspace.Options);
        Hook("pre-commit", """echo >> registry/m/versions/1.0.0.json; git add -f registry/m/versions/1.0.0.json""", workspace.Root);

        var result = workspace.Register("m", "a");

        Assert.Equal(File.ReadAllText(result.ManifestPath), workspace.Git("show", "HEAD:registry/m/versions/1.0.0.json"));
        Assert.Equal("1", workspace.Git("rev-list", "--count", "HEAD").Trim());
    }

    [Fact]
    public void Commit_AsksGitToFlushWhatAPowerCutMustNotLose()
    {
        if (OperatingSystem.IsWindows()) return;
        Hook("pre-commit", "git config core.fsync > .git/seen");

        _workspace.Register("m", "a");

        Assert.Equal("committed,loose-object,reference,index", File.ReadAllText(Path.Combine(_workspace.Root, ".git", "seen")).Trim());
    }

    [Fact]
    public void Hook_ThatLeavesAProcessWithThePipes_HoldsNobodyUp()
    {
        if (OperatingSystem.IsWindows()) return;
        Hook("post-commit", "sleep 60 &");

        var started = TimeProvider.System.GetTimestamp();
        var result = _workspace.Register("m", "a");

        Assert.Equal(_workspace.Git("rev-parse", "HEAD").Trim(), result.Commit);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void PostCommitHookThatNeverEnds_IsStopped_AndTheRegistrationCounts()
    {
        if (OperatingSystem.IsWindows()) return;
        Hook("post-commit", "exec sleep 600");

        AssertMade(RegisterWithin(1));

        // A machine may be too busy for what comes before the hook; then nothing was made, and there is more time.
        RegistrationResult RegisterWithin(int seconds)
        {
            var before = _workspace.Git("rev-parse", "HEAD");
            try
            {
                return RegistrySession.Open(_workspace.Root, _workspace.Options with { GitTimeout = TimeSpan.FromSeconds(seconds) }).Registry.Register(_workspace.Request("m", "a"));
            }
            catch (ModelRegistryException slow) when (slow.Code == "MR0407" && seconds < 100 && _workspace.Git("rev-parse", "HEAD") == before)
            {
                return RegisterWithin(seconds * 3);
            }
        }
    }

    [Fact]
    public void GitThatDiesAfterTheCommit_LeavesARegistrationThatCounts()
    {
        if (OperatingSystem.IsWindows()) return;
        Hook("post-commit", "kill -KILL $PPID");

        AssertMade(_workspace.Register("m", "a"));
        File.Delete(Path.Combine(_workspace.Root, ".git", "hooks", "post-commit"));
        Assert.True(_workspace.Register("m", "b").Created);
    }

    [Fact]
    public void PostCommitHookThatAmends_LeavesARegistrationThatCounts()
    {
        if (OperatingSystem.IsWindows()) return;
        Hook("post-commit", "test -e .git/once && exit; touch .git/once; git commit -q --amend --allow-empty -m 'The hook says this'; kill -KILL $PPID");

        var result = _workspace.Register("m", "a");

        Assert.Equal(_workspace.Git("rev-parse", "HEAD").Trim(), result.Commit);
        Assert.Equal(File.ReadAllText(result.ManifestPath), _workspace.Git("show", "HEAD:registry/m/versions/1.0.0.json"));
    }

    [Fact]
    public void HookThatRefusesWhileSomebodyElseCommits_RefusesTheRegistration()
    {
        if (OperatingSystem.IsWindows()) return;
        Hook("pre-commit", "test -e .git/once && exit; touch .git/once; GIT_INDEX_FILE=.git/other git read-tree HEAD; GIT_INDEX_FILE=.git/other git commit -q --allow-empty --no-verify -m theirs; exit 1");

        Expect.Code("MR0405", () => _workspace.Register("m", "a"));

        Assert.Equal("theirs", _workspace.Git("log", "-1", "--format=%s").Trim());
        Assert.False(Directory.Exists(Path.Combine(_workspace.RegistryRoot, "m")));
        Assert.True(_workspace.Register("m", "a").Created);
    }

    [Fact]
    public void PromotionAndYank_WithAHookThatDies_Count()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("m", "a");
        _workspace.Register("m", "b");
        _workspace.Open().Promote(ModelName.Parse("m"), Selector.Parse("1.0.0"), "production");
        Hook("post-commit", "kill -KILL $PPID");

        _workspace.Open().Promote(ModelName.Parse("m"), Selector.Parse("1.1.0"), "production");
        _workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad");
        _workspace.Open().Unyank(ModelId.Parse("m/1.0.0"), "good");

        Assert.Equal("1.1.0", _workspace.Resolve("m", "@production"));
        Assert.Equal(3, _workspace.Log.Warnings.Count(w => w.Code == "MR0416"));
        Assert.Equal("", _workspace.Git("status", "--porcelain", "--untracked-files=no"));
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    public void Dispose() => _workspace.Dispose();

    private void AssertMade(RegistrationResult result)
    {
        Assert.Equal(_workspace.Git("rev-parse", "HEAD").Trim(), result.Commit);
        Assert.Contains(_workspace.Log.Warnings, w => w.Code == "MR0416" && w.Message.Contains(result.Commit![..12], StringComparison.Ordinal));
        Assert.Equal("", _workspace.Git("status", "--porcelain", "--untracked-files=no"));
        Assert.Equal(File.ReadAllText(result.ManifestPath), _workspace.Git("show", "HEAD:registry/m/versions/1.0.0.json"));
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    private void AssertAsWritten(RegistrationResult result)
    {
        Assert.Equal("", _workspace.Git("status", "--porcelain", "--untracked-files=no"));
        Assert.Equal(File.ReadAllText(result.ManifestPath), _workspace.Git("show", "HEAD:registry/m/versions/1.0.0.json"));
        Assert.Equal(result.Commit, _workspace.Git("rev-parse", "HEAD").Trim());
        Assert.Contains("Manifest-Digest: " + Digest.Of(File.ReadAllBytes(result.ManifestPath)), _workspace.Git("log", "-1", "--format=%B"), StringComparison.Ordinal);
        File.Delete(Path.Combine(_workspace.Root, ".git", "hooks", "pre-commit"));
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    private void Hook(string name, string script, string? root = null)
    {
        var hook = Path.Combine(root ?? _workspace.Root, ".git", "hooks", name);
        File.WriteAllText(hook, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);
    }
}
