using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Syncing;

/// <summary>Two clones and the remote that they share.</summary>
public sealed class SyncTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");

    private readonly Team _team = new();

    [Fact]
    public void NothingInBetween_PushesTheCommitsAsTheyAre()
    {
        var made = _team.Register(0, "m");

        var done = _team.Sync(0);

        Assert.Equal((1, 0, made.Commit), (done.Pushed, done.Received, done.Commit));
        Assert.Equal(made.Commit, Workspace.GitIn(_team.Remote, "rev-parse", "main").Trim());
        Assert.Equal((0, 0), (_team.Sync(0).Pushed, _team.Sync(0).Received));
    }

    [Fact]
    public void NumberThatSomebodyElsePublishedFirst_BecomesTheNext_AndEverythingFollows()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        var lost = _team.Register(1, "m");
        _team.Open(1).Promote(M, Selector.Latest, "staging", "try it");
        _team.Register(1, "n", parent: lost.Id);
        _team.Open(1).Yank(lost.Id, "worse");

        var done = _team.Sync(1);

        Assert.Equal([new VersionRename(ModelId.Parse("m/1.0.0"), ModelId.Parse("m/1.1.0"))], done.Renumbered);
        Assert.Equal(["1.0.0", "1.1.0"], _team.Published("m"));
        var registry = _team.Open(1);
        Assert.Equal("1.1.0", registry.GetFamily(M).Aliases["staging"].Version.Value);
        Assert.Equal("m/1.1.0", registry.Get(ModelId.Parse("n/1.0.0")).Lineage!.Parent!.ToString());
        Assert.NotNull(registry.GetYank(ModelId.Parse("m/1.1.0")));
        Assert.Null(registry.GetYank(ModelId.Parse("m/1.0.0")));
        Assert.True(registry.Get(ModelId.Parse("m/1.1.0")).CreatedAt > registry.Get(ModelId.Parse("m/1.0.0")).CreatedAt);
        Assert.Equal("1.0.0", registry.Log(M).Single(e => e is { Action: "register", Version: "1.1.0" }).RenumberedFrom);
        Assert.All(registry.Log(), e => Assert.Null(e.Contradiction));
        Assert.Equal("", _team.Git(1, "status", "--porcelain"));
        Assert.DoesNotContain(registry.Doctor().Findings, f => f.Diagnostic.Code != "MR0301" && f.Severity != DoctorSeverity.Info);
        Assert.Equal(_team.Git(1, "rev-parse", "HEAD"), Workspace.GitIn(_team.Remote, "rev-parse", "main"));
    }

    [Fact]
    public void ASignature_GoesWithTheVersionThatIsRenumbered_AndProvenanceStopsTheSync()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        using var signer = ModelRegistry.Signing.ModelSigner.FromKey(path);
        File.Delete(path);
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Open(1).Sign(_team.Register(1, "m").Id, signer);

        _team.Sync(1);

        Assert.Equal(signer.KeyId, Assert.Single(_team.Open(1).GetSignatures(ModelId.Parse("m/1.1.0"))).KeyId);
        Assert.DoesNotContain(_team.Open(1).Doctor().Findings, f => f.Diagnostic.Code.StartsWith("MR08", StringComparison.Ordinal));
        _team.Register(0, "n", "one");
        _team.Sync(0);
        _team.Open(1).SignProvenance(_team.Register(1, "n", "two").Id, signer);
        Assert.Contains("provenance", Assert.Throws<ModelRegistry.Diagnostics.ModelRegistryException>(() => _team.Sync(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SameContent_IsPublishedOnce()
    {
        _team.Register(0, "m", "one");
        _team.Register(0, "m", "two");
        _team.Sync(0);
        _team.Register(1, "m", "two");

        var done = _team.Sync(1);

        Assert.Equal([new VersionRename(ModelId.Parse("m/1.0.0"), ModelId.Parse("m/1.1.0"))], done.Dropped);
        Assert.Equal(["1.0.0", "1.1.0"], _team.Published("m"));
    }

    [Fact]
    public void NumberChosenByHand_IsNeverChanged()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Register(1, "m", version: ModelVersion.Parse("1.0.0"));
        var before = _team.Git(1, "rev-parse", "HEAD");

        Expect.Code("MR0206", () => _team.Sync(1));

        Assert.Equal(before, _team.Git(1, "rev-parse", "HEAD"));
        Assert.Equal("", _team.Git(1, "status", "--porcelain"));
    }

    [Fact]
    public void AliasMovedByBoth_IsAConflictThatNamesIt()
    {
        _team.Register(0, "m");
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Sync(1);
        _team.Open(0).Promote(M, Selector.Parse("1.0.0"), "production");
        _team.Open(1).Promote(M, Selector.Parse("1.1.0"), "production");
        _team.Sync(0);

        Assert.Contains("aliases/production.json", Expect.Code("MR0853", () => _team.Sync(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheUserHadStagedAndChanged_Stays()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Register(1, "m");
        File.WriteAllText(Path.Combine(_team.Clones[1], "staged.txt"), "staged");
        _team.Git(1, "add", "staged.txt");
        File.WriteAllText(Path.Combine(_team.Clones[1], "untracked.txt"), "untracked");

        _team.Sync(1);

        Assert.Equal("A  staged.txt\n?? untracked.txt\n", _team.Git(1, "status", "--porcelain"));
    }

    [Fact]
    public void CommitThatIsNotTheRegistrys_IsRefused_ByName()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        File.WriteAllText(Path.Combine(_team.Clones[1], "train.py"), "pass");
        _team.Git(1, "add", "train.py");
        _team.Git(1, "commit", "-qm", "train");

        Assert.Contains("train.py", Expect.Code("MR0856", () => _team.Sync(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RewrittenRemote_IsRefused()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Sync(1);
        Workspace.GitIn(_team.Remote, "update-ref", "refs/heads/main", "main~1");
        _team.Register(1, "m");

        Expect.Code("MR0851", () => _team.Sync(1));
    }

    [Fact]
    public void RemoteThatIsGone_ChangesNothing()
    {
        _team.Register(1, "m");
        var before = _team.Git(1, "rev-parse", "HEAD");
        Directory.Move(_team.Remote, _team.Remote + ".away");

        Expect.Code("MR0852", () => _team.Sync(1));

        Assert.Equal(before, _team.Git(1, "rev-parse", "HEAD"));
        Directory.Move(_team.Remote + ".away", _team.Remote);
    }

    [Fact]
    public void ProtectedBranch_IsToldInTheRemotesWords_AndANewBranchIsPushedInstead()
    {
        if (OperatingSystem.IsWindows()) return;
        var hook = Path.Combine(_team.Remote, "hooks", "update");
        File.WriteAllText(hook, "#!/bin/sh\n[ \"$1\" != refs/heads/main ] && exit 0\necho 'main is protected here' >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);
        _team.Register(0, "m");

        Assert.Contains("main is protected here", Expect.Code("MR0854", () => _team.Sync(0)).Message, StringComparison.Ordinal);
        var done = _team.Sync(0, new SyncOptions { NewBranch = "" });

        Assert.StartsWith("modelreg/m-1.0.0-", done.Branch, StringComparison.Ordinal);
        Assert.Equal(done.Commit, Workspace.GitIn(_team.Remote, "rev-parse", done.Branch).Trim());
    }

    [Fact]
    public void ClocksHoursApart_NeverMoveLatestBack()
    {
        _team.Clock.Advance(TimeSpan.FromHours(5));
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Clock.Advance(TimeSpan.FromHours(-5));
        _team.Register(1, "m");
        _team.Sync(1);

        Assert.Equal("1.1.0", _team.Open(1).Resolve(M, Selector.Latest, new ResolveOptions { Fetch = false }).Manifest.Version.Value);
    }

    [Fact]
    public void ShallowAndBloblessClones_Sync()
    {
        _team.Register(0, "m");
        _team.Register(0, "m");
        _team.Sync(0);
        foreach (var (folder, option) in new[] { ("shallow", "--depth=1"), ("blobless", "--filter=blob:none") })
        {
            var clone = Path.Combine(Path.GetDirectoryName(_team.Remote)!, folder);
            Workspace.GitIn(_team.Clones[0], "-c", "protocol.file.allow=always", "clone", "-q", option, new Uri(_team.Remote).AbsoluteUri, clone);
            _team.Clones[1] = clone;
            _team.Register(1, "m");
            _team.Register(0, "m");
            _team.Sync(0);

            Assert.Single(_team.Sync(1).Renumbered);
            _team.Sync(0);
        }

        Assert.Equal(6, _team.Published("m").Count);
    }

    [Fact]
    public void SignedCommits_StaySigned()
    {
        if (OperatingSystem.IsWindows()) return;
        var key = Path.Combine(Path.GetDirectoryName(_team.Remote)!, "key");
        using (var made = System.Diagnostics.Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])) made.WaitForExit();
        var signers = Path.Combine(Path.GetDirectoryName(_team.Remote)!, "signers");
        File.WriteAllText(signers, "author@example.org " + File.ReadAllText(key + ".pub"));
        foreach (var (name, value) in new[] { ("gpg.format", "ssh"), ("user.signingKey", key), ("gpg.ssh.allowedSignersFile", signers), ("commit.gpgSign", "true") }) _team.Git(1, "config", name, value);
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Register(1, "m");
        _team.Register(1, "m");

        _team.Sync(1);

        Assert.Equal("GG", _team.Git(1, "log", "-2", "--format=%G?").Replace("\n", "", StringComparison.Ordinal));
        Assert.Equal(3, _team.Published("m").Count);
    }

    [Fact]
    public async Task TwoClonesThatSyncAfterEveryRegistration_LoseNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 2).Select(clone => Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                _team.Register(clone, "m");
                _team.Sync(clone);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        _team.Sync(0);
        _team.Sync(1);

        Assert.Equal(2 * Count, _team.Published("m").Count);
        AssertRises(_team, 2 * Count);
        Assert.Equal(_team.Git(0, "rev-parse", "HEAD"), _team.Git(1, "rev-parse", "HEAD"));
    }

    /// <summary>As it is with many at once: few in the suite, the eight clones with six each with <c>MODELREG_SYNC_CLONES=8 MODELREG_SYNC_EACH=6</c>.</summary>
    [Fact]
    public async Task ManyClonesThatSyncAfterEveryRegistration_LoseNothing_AndLatestNeverMovesBack()
    {
        var (clones, each) = (Number("MODELREG_SYNC_CLONES", 3), Number("MODELREG_SYNC_EACH", 2));
        using var team = new Team(clones);
        await Task.WhenAll(Enumerable.Range(0, clones).Select(clone => Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < each; i++)
            {
                team.Register(clone, "m");
                team.Sync(clone);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        for (var clone = 0; clone < clones; clone++) team.Sync(clone);

        Assert.Equal(clones * each, team.Published("m").Count);
        AssertRises(team, clones * each);
    }

    // No content twice, and along the history each registration is newer than those before it, so that latest never moves back.
    private static void AssertRises(Team team, int versions, int clone = 0)
    {
        var family = team.Open(clone).GetFamily(M);
        Assert.Equal(versions, family.Versions.Select(v => v.Weights[0]).Distinct().Count());
        var added = Workspace.GitIn(team.Remote, "log", "--reverse", "--diff-filter=A", "--name-only", "--format=", "main", "--", "registry/m/versions/")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(path => family.Versions.Single(v => v.Version.Value == Path.GetFileNameWithoutExtension(path)).CreatedAt).ToList();
        Assert.Equal(versions, added.Count);
        Assert.All(added.Zip(added.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    [Fact]
    public void SquashMergeByTheHost_ConfusesNothing()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        var proposed = _team.Register(1, "m");
        _team.Open(1).Promote(M, Selector.Latest, "production");
        var branch = _team.Sync(1, new SyncOptions { NewBranch = "" });
        // What a host does with "squash and merge": one commit with a message of its own.
        Workspace.GitIn(_team.Clones[0], "fetch", "-q", "origin", branch.Branch);
        _team.Git(0, "merge", "-q", "--squash", "FETCH_HEAD");
        _team.Git(0, "commit", "-q", "-m", "Promote the new model (#1)");
        _team.Git(0, "push", "-q", "origin", "main");

        var done = _team.Sync(1);

        // What was merged is there already; nothing is published twice.
        Assert.Equal(0, done.Pushed);
        Assert.Equal(["1.0.0", "1.1.0"], _team.Published("m"));
        Assert.Equal("1.1.0", _team.Open(1).GetFamily(M).Aliases["production"].Version.Value);
        Assert.Contains(_team.Open(1).Log(), e => e is { Action: "register", Version: "1.1.0" });
        Assert.DoesNotContain(_team.Open(1).Doctor().Findings, f => f.Severity == DoctorSeverity.Error && f.Diagnostic.Code != "MR0301");
        Assert.NotNull(proposed.Commit);
    }

    [Fact]
    public void HookOfTheRemoteThatDeclines_ChangesNothingHere()
    {
        if (OperatingSystem.IsWindows()) return;
        var hook = Path.Combine(_team.Remote, "hooks", "pre-receive");
        File.WriteAllText(hook, "#!/bin/sh\necho 'not on a Friday' >&2\nexit 1\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);
        _team.Register(0, "m");
        var before = _team.Git(0, "rev-parse", "HEAD") + _team.Git(0, "status", "--porcelain");

        Assert.Contains("not on a Friday", Expect.Code("MR0854", () => _team.Sync(0)).Message, StringComparison.Ordinal);

        Assert.Equal(before, _team.Git(0, "rev-parse", "HEAD") + _team.Git(0, "status", "--porcelain"));
        File.Delete(hook);
        Assert.Equal(1, _team.Sync(0).Pushed);
    }

    [Fact]
    public void BatchesMadeOffline_TakeOneSync()
    {
        for (var i = 0; i < Count; i++)
        {
            _team.Register(0, "m");
            _team.Register(1, "m");
        }

        _team.Sync(0);
        Assert.Equal(Count, _team.Sync(1).Renumbered.Count);
        Assert.Equal(2 * Count, _team.Published("m").Count);
        AssertRises(_team, 2 * Count, clone: 1);
    }

    [Fact]
    public void StoreThatIsShared_HasTheArtifacts_BeforeOthersHearOfTheVersion()
    {
        var share = Path.Combine(Path.GetDirectoryName(_team.Remote)!, "share");
        var settings = Path.Combine(_team.Clones[0], "registry/registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\": [", $"\"stores\": [\n    {{ \"name\": \"local\", \"path\": \"../models\" }},\n    {{ \"name\": \"team\", \"path\": \"{share}\", \"share\": true }},", StringComparison.Ordinal).Replace("\"name\": \"local\",\n      \"path\": \"../models\"", "\"name\": \"spare\",\n      \"path\": \"../spare\"", StringComparison.Ordinal));
        _team.Git(0, "commit", "-qam", "share");
        var made = _team.Register(0, "m");

        _team.Sync(0);
        _team.Sync(1);

        Assert.True(File.Exists(Path.Combine(share, "blobs", "sha256", made.Manifest.Weights.Digest.Hex)));
        Assert.NotNull(_team.Open(1).Resolve(M, Selector.Latest).Weights.LocalPath);

        _team.Register(0, "m");
        File.Delete(_team.Open(0).Resolve(M, Selector.Latest).Weights.LocalPath!);
        var before = Workspace.GitIn(_team.Remote, "rev-parse", "main");
        Assert.Throws<Diagnostics.ModelRegistryException>(() => _team.Sync(0));
        Assert.Equal(before, Workspace.GitIn(_team.Remote, "rev-parse", "main"));
    }

    public void Dispose() => _team.Dispose();

    /// <summary>Registrations of each clone: few in the suite, 25 with <c>MODELREG_SYNC_COUNT</c>.</summary>
    private static int Count => Number("MODELREG_SYNC_COUNT", 4);

    private static int Number(string variable, int usual) => int.TryParse(Environment.GetEnvironmentVariable(variable), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : usual;
}
