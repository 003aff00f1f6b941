using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Syncing;

/// <summary>What goes wrong beside a sync, and clones that lack something.</summary>
public sealed class SyncFaultTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");

    private readonly Team _team = new();

    [Fact]
    public void SigningThatFails_ChangesNothing()
    {
        BothRegister();
        foreach (var (name, value) in new[] { ("gpg.format", "ssh"), ("user.signingKey", Path.Combine(_team.Remote, "no-key")), ("commit.gpgSign", "yes") }) _team.Git(1, "config", name, value);
        var before = State(1);

        Expect.Code("MR0405", () => _team.Sync(1));

        Assert.Equal(before, State(1));
        _team.Git(1, "config", "commit.gpgSign", "off");
        Assert.Single(_team.Sync(1).Renumbered);
    }

    [Fact]
    public void HookThatDeclinesThePushHere_ChangesNothing()
    {
        if (OperatingSystem.IsWindows()) return;
        BothRegister();
        var hook = Hook("echo 'run the tests first' >&2; exit 1");
        var before = State(1);

        Assert.Contains("run the tests first", Expect.Code("MR0854", () => _team.Sync(1)).Message, StringComparison.Ordinal);

        Assert.Equal(before, State(1));
        File.Delete(hook);
        Assert.Single(_team.Sync(1).Renumbered);
    }

    [Fact]
    public void SomebodyWhoPushesBetweenFetchAndPush_IsFollowed()
    {
        if (OperatingSystem.IsWindows()) return;
        BothRegister();
        _team.Register(0, "m");
        // The hook of a push runs when everything is made and nothing is sent: the other clone is faster, once.
        Hook($"unset $(git rev-parse --local-env-vars); [ -e once ] || {{ touch once; git -C '{_team.Clones[0]}' push -q origin main; }}");

        var done = _team.Sync(1);

        Assert.Equal((1, "1.2.0"), (done.Lost, Assert.Single(done.Renumbered).To.Version.Value));
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0"], _team.Published("m"));
    }

    [Fact]
    public void SomebodyWhoIsAlwaysFaster_EndsIt_AndNothingHasChanged()
    {
        if (OperatingSystem.IsWindows()) return;
        BothRegister();
        var before = State(1);
        Hook($"unset $(git rev-parse --local-env-vars); cd '{_team.Clones[0]}' && git commit -q --allow-empty -m 'faster' && git push -q origin main");

        Expect.Code("MR0857", () => _team.Sync(1, new SyncOptions { Tries = 2 }));

        Assert.Equal(before, State(1));
    }

    [Fact]
    public void SparseClone_Syncs_AndStaysSparse()
    {
        _team.Git(1, "sparse-checkout", "set", "registry/m");
        _team.Register(0, "other");
        BothRegister();

        Assert.Single(_team.Sync(1).Renumbered);

        Assert.False(Directory.Exists(Path.Combine(_team.Clones[1], "registry", "other")));
        Assert.Equal("", _team.Git(1, "status", "--porcelain"));
        Assert.Equal(["1.0.0", "1.1.0"], _team.Published("m"));
        Assert.Equal(["1.0.0"], _team.Published("other"));
    }

    [Fact]
    public void ShallowCloneWithoutACommonCommit_IsDeepened()
    {
        var clone = Path.Combine(Path.GetDirectoryName(_team.Remote)!, "shallow");
        Workspace.GitIn(_team.Clones[0], "clone", "-q", "--depth=1", new Uri(_team.Remote).AbsoluteUri, clone);
        _team.Clones[1] = clone;
        BothRegister();
        _team.Register(0, "m");
        _team.Sync(0);
        // Now the two tips are all that there is of the two histories.
        _team.Git(1, "fetch", "-q", "--depth=1", "origin", "main");

        Assert.Equal("1.2.0", Assert.Single(_team.Sync(1).Renumbered).To.Version.Value);

        Assert.Equal(["1.0.0", "1.1.0", "1.2.0"], _team.Published("m"));
    }

    [Fact]
    public void BranchWhoseNumberSomebodyTook_IsPushedAgainUnderAnotherName()
    {
        BothRegister();
        var first = _team.Sync(1, new SyncOptions { NewBranch = "" }).Branch;
        _team.Register(0, "m");
        _team.Sync(0);
        var main = Workspace.GitIn(_team.Remote, "rev-parse", "main");

        var second = _team.Sync(1, new SyncOptions { NewBranch = "" }).Branch;

        Assert.StartsWith("modelreg/m-1.1.0-", first, StringComparison.Ordinal);
        Assert.StartsWith("modelreg/m-1.2.0-", second, StringComparison.Ordinal);
        Assert.All([first, second], branch => Assert.NotEqual(main, Workspace.GitIn(_team.Remote, "rev-parse", branch)));
        Assert.Equal(main, Workspace.GitIn(_team.Remote, "rev-parse", "main"));
    }

    [Fact]
    public void FirstPublication_HasItsArtifactsInTheSharedStoreBefore()
    {
        var folder = Path.GetDirectoryName(_team.Remote)!;
        var fresh = Path.Combine(folder, "fresh.git");
        Workspace.GitIn(folder, "init", "-q", "--bare", "-b", "main", fresh);
        var settings = Path.Combine(_team.Clones[0], "registry", "registry.json");
        File.WriteAllText(settings, $$"""{ "schemaVersion": 1, "stores": [{ "name": "local", "path": "../models" }, { "name": "team", "path": "{{folder}}/share", "share": true }] }""");
        _team.Git(0, "commit", "-qam", "share");
        var made = _team.Register(0, "m");
        _team.Git(0, "remote", "set-url", "origin", fresh);
        _team.Git(0, "update-ref", "-d", "refs/modelreg/synced/main");

        _team.Sync(0);

        Assert.True(File.Exists(Path.Combine(folder, "share", "blobs", "sha256", made.Manifest.Weights.Digest.Hex)));
        Assert.Equal(made.Commit, Workspace.GitIn(fresh, "rev-parse", "main").Trim());
    }

    [Fact]
    public void ConflictThatTheErrorTellsHowToEnd_EndsSo()
    {
        _team.Register(0, "m", version: ModelVersion.Parse("1.0.0"));
        _team.Register(0, "m");
        _team.Open(0).Promote(M, Selector.Parse("1.1.0"), "production");
        _team.Sync(0);
        var lost = _team.Register(1, "m", version: ModelVersion.Parse("1.0.0"));
        _team.Open(1).Promote(M, Selector.Latest, "production");

        var taken = Expect.Code("MR0206", () => _team.Sync(1)).Hint!;
        Assert.Contains("'git pull --rebase', 'modelreg renumber m/1.0.0', 'git rebase --continue'", taken, StringComparison.Ordinal);
        Workspace.TryGit(_team.Clones[1], "pull", "-q", "--rebase", "origin", "main");
        Assert.Equal("1.2.0", _team.Open(1).Renumber(lost.Id).New.Version.Value);
        Workspace.TryGit(_team.Clones[1], "-c", "core.editor=true", "rebase", "--continue");

        // The alias was moved by both, so the rebase stops once more.
        _team.Git(1, "checkout", "--theirs", "--", "registry/m/aliases/production.json");
        _team.Git(1, "add", "registry/m/aliases/production.json");
        Workspace.TryGit(_team.Clones[1], "-c", "core.editor=true", "rebase", "--continue");
        _team.Sync(1);

        Assert.Equal(["1.0.0", "1.1.0", "1.2.0"], _team.Published("m"));
        Assert.Equal("", _team.Git(1, "status", "--porcelain"));
        Assert.Equal(_team.Git(1, "rev-parse", "HEAD"), Workspace.GitIn(_team.Remote, "rev-parse", "main"));
    }

    [Fact]
    public void FirstPushOfABranch_CountsWhatTheRemoteHasInNone()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Git(0, "switch", "-q", "-c", "topic");
        _team.Register(0, "m");

        Assert.Equal((1, "topic"), (_team.Sync(0) is var done ? done.Pushed : 0, done.Branch));
    }

    public void Dispose() => _team.Dispose();

    private void BothRegister()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Register(1, "m");
    }

    private string State(int clone) => _team.Git(clone, "rev-parse", "HEAD") + _team.Git(clone, "status", "--porcelain") + _team.Git(clone, "for-each-ref", "refs/heads", "refs/modelreg/replay");

    private string Hook(string line)
    {
        var hook = Path.Combine(_team.Clones[1], ".git", "hooks", "pre-push");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, "#!/bin/sh\n" + line + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);
        return hook;
    }
}
