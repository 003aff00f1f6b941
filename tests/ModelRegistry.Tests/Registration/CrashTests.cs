using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>What a kill leaves at moments that chance rarely meets.</summary>
public sealed class CrashTests
{
    [Fact]
    public void GitKilledBetweenBranchAndIndex_CountsAsCommitted_AndIndexFollows()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        var index = File.ReadAllBytes(Path.Combine(workspace.Root, ".git", "index"));
        workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad");
        File.WriteAllBytes(Path.Combine(workspace.Root, ".git", "index"), index);
        workspace.File_("registry/.pending/x.json", """{ "creates": ["m/yanks/1.0.0.json"], "commits": true, "at": "2026-01-01T00:00:00Z" }""");

        Assert.True(workspace.Open().Doctor(fix: true).Healthy);

        Assert.True(workspace.Open().Doctor().Healthy);
        Assert.Equal("", workspace.Git("status", "--porcelain"));
        Assert.NotNull(workspace.Open().GetYank(ModelId.Parse("m/1.0.0")));
    }

    [Theory]
    [InlineData("0 {0} {0}")]
    [InlineData("2147483647 {0} {0}")]
    [InlineData("0 {0}")]
    [InlineData("")]
    [InlineData("x y z")]
    public void KilledGit_ItsLocksAreRemovedByTheNextWriter(string note)
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        Note(workspace, note);
        string[] locks =
        [
            workspace.File_(".git/index.lock", ""), workspace.File_(".git/HEAD.lock", ""), workspace.File_(".git/packed-refs.lock", ""), workspace.File_(".git/shallow.lock", ""),
            workspace.File_($".git/refs/heads/{workspace.Git("branch", "--show-current").Trim()}.lock", ""), workspace.File_(".git/refs/modelreg/synced/main.lock", ""),
            workspace.File_(".git/refs/remotes/origin/main.lock", ""), workspace.File_(".git/objects/info/commit-graphs/commit-graph-chain.lock", ""), workspace.File_(".git/objects/aa/tmp_obj_x1", "cut"),
            workspace.File_(".git/objects/pack/tmp_pack_x1", "cut"), workspace.File_(".git/objects/pack/pack-0.keep", "fetch-pack 12 on here\n"),
        ];
        var kept = workspace.File_(".git/objects/pack/pack-1.keep", "mine\n");
        Assert.Contains(workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0410" && f.Where == locks[0]);

        Assert.True(workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad").Changed);

        Assert.All(locks, file => Assert.False(File.Exists(file), file));
        Assert.True(File.Exists(kept));
        Assert.True(workspace.Open().Doctor().Healthy);
        Assert.False(File.Exists(Path.Combine(workspace.Root, ".git", "modelreg-git")));
    }

    [Fact]
    public void LockOlderThanTheWrite_IsSomebodyElses_AndStays()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        var held = workspace.File_(".git/index.lock", "");
        File.SetLastWriteTimeUtc(held, DateTime.UtcNow.AddMinutes(-5));
        Note(workspace, "0 {0} {0}");

        Expect.Code("MR0404", () => workspace.Open().Yank(ModelId.Parse("m/1.0.0")));

        Assert.True(File.Exists(held));
    }

    [Fact]
    public void KilledBetweenBlobAndManifest_LeavesNoBlob()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        var store = Path.Combine(workspace.Root, "models");
        var blob = Path.Combine(store, "blobs", "sha256", Digest.Of("b"u8.ToArray()).Hex);
        File.WriteAllText(blob, "b");
        workspace.File_("registry/.pending/x.json", $$"""{ "creates": ["m/versions/1.1.0.json"], "commits": true, "blobs": ["{{Digest.Of("b"u8.ToArray()).Value}}"], "store": "{{store}}", "at": "2026-01-01T00:00:00Z" }""");

        Assert.True(workspace.Open().Doctor(fix: true).Healthy);

        Assert.False(File.Exists(blob));
    }

    [Fact]
    public void GitThatALoadedMachineStartedLongAfterItsNote_IsStillRunning()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        using var git = Process.Start(new ProcessStartInfo("git", "hash-object --stdin") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var announced = git.StartTime.ToUniversalTime().AddMinutes(-1);
        workspace.File_(".git/modelreg-git", string.Create(CultureInfo.InvariantCulture, $"{git.Id} {announced.Ticks} {DateTime.UtcNow.Ticks}\n"));

        Expect.Code("MR0404", () => workspace.Open().Yank(ModelId.Parse("m/1.0.0")));

        git.StandardInput.Close();
        git.WaitForExit();
        Assert.True(workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad").Changed);
    }

    [Fact]
    public void LockOfALivingGit_IsNeverTakenForTheDeadOnes()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        Note(workspace, "0 {0} {0}");
        // Reads its input until this test closes it.
        using var living = Process.Start(new ProcessStartInfo("git", ["cat-file", "--batch"]) { WorkingDirectory = workspace.Root, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var held = workspace.File_(".git/index.lock", "");

        var failure = Expect.Code("MR0404", () => workspace.Open().Yank(ModelId.Parse("m/1.0.0")));

        Assert.Contains(held, failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(held));
        living.StandardInput.Close();
        living.WaitForExit();
    }

    [Fact]
    public void ForeignLockOfAReference_IsWaitedFor_ThenReportedByItsPath()
    {
        using var team = new Team();
        var held = Path.Combine(team.Clones[0], ".git", "refs", "modelreg", "synced", "main.lock");
        File.WriteAllText(held, "");
        team.Register(1, "m");
        team.Sync(1);

        var failure = Expect.Code("MR0404", () => team.Sync(0));

        Assert.Contains(held, failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(held));
        File.Delete(held);
        Assert.Equal(1, team.Sync(0).Received);
    }

    [Fact]
    public void KilledPush_ItsLockInARemoteOfThisMachine_IsRemovedByTheNextSync()
    {
        using var team = new Team();
        team.Register(0, "m");
        var held = Path.Combine(team.Remote, "refs", "heads", "main.lock");
        File.WriteAllText(held, "");
        Assert.Contains("refs/heads/main.lock", Expect.Code("MR0404", () => team.Sync(0, new SyncOptions { Tries = 2 })).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(team.Clones[0], ".git", "modelreg-git"), string.Create(CultureInfo.InvariantCulture, $"0 {File.GetLastWriteTimeUtc(held).Ticks} {File.GetLastWriteTimeUtc(held).Ticks} {team.Remote}\n"));

        Assert.Equal(1, team.Sync(0).Pushed);

        Assert.False(File.Exists(held));
    }

    [Fact]
    public void KilledInALinkedWorkTree_TheOthersRecoverWhatTheyShare()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        workspace.Git("worktree", "add", "-q", "linked");
        workspace.File_(".git/worktrees/linked/modelreg-git", string.Create(CultureInfo.InvariantCulture, $"0 {DateTime.UtcNow.Ticks} {DateTime.UtcNow.Ticks}"));
        var held = workspace.File_($".git/refs/heads/{workspace.Git("branch", "--show-current").Trim()}.lock", "");

        Assert.True(workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad").Changed);

        Assert.False(File.Exists(held));
    }

    [Fact]
    public void SyncKilledWhileItMovedTheWorkTree_IsFinished_AndSomebodysWorkStays()
    {
        using var team = new Team();
        team.Register(0, "m");
        team.Register(0, "n");
        team.Sync(0);
        team.Sync(1);
        var before = team.Git(1, "rev-parse", "HEAD").Trim();
        team.Register(0, "m");
        team.Open(0).Promote(ModelName.Parse("m"), Selector.Latest, "production");
        File.WriteAllText(Path.Combine(team.Clones[0], "notes.txt"), "theirs\n");
        team.Git(0, "add", "notes.txt");
        team.Git(0, "rm", "-q", "registry/n/versions/1.0.0.json");
        team.Git(0, "commit", "-q", "-m", "notes");
        team.Git(0, "push", "-q");
        team.Git(1, "fetch", "-q");
        var (after, clone) = (team.Git(0, "rev-parse", "HEAD").Trim(), team.Clones[1]);
        // One file is whole, one is cut off, one is not there yet, one that goes is gone; and a user had written one of theirs.
        var manifest = Path.Combine(clone, "registry", "m", "versions", "1.1.0.json");
        File.Copy(Path.Combine(team.Clones[0], "registry", "m", "versions", "1.1.0.json"), manifest);
        Directory.CreateDirectory(Path.Combine(clone, "registry", "m", "aliases"));
        File.WriteAllText(Path.Combine(clone, "registry", "m", "aliases", "production.json"), "{");
        File.Delete(Path.Combine(clone, "registry", "n", "versions", "1.0.0.json"));
        File.WriteAllText(Path.Combine(clone, "notes.txt"), "mine\n");
        File.WriteAllText(Path.Combine(clone, ".git", "modelreg-sync"), $"{before} {after} main\n");
        File.WriteAllText(Path.Combine(clone, ".git", "modelreg-git"), string.Create(CultureInfo.InvariantCulture, $"0 {DateTime.UtcNow.Ticks} {DateTime.UtcNow.Ticks}\n"));
        File.WriteAllText(Path.Combine(clone, ".git", "index.lock"), "");

        team.Open(1).Doctor(fix: true);

        Assert.Equal(after, team.Git(1, "rev-parse", "HEAD").Trim());
        Assert.Equal(" M notes.txt\n", team.Git(1, "status", "--porcelain"));
        Assert.Equal("mine\n", File.ReadAllText(Path.Combine(clone, "notes.txt")));
    }

    [Fact]
    public void GitThatIsKilledAlone_LeavesNoLock()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        var hook = workspace.File_(".git/hooks/pre-commit", "#!/bin/sh\nkill -9 $PPID\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Expect.Code("MR0405", () => workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad"));

        File.Delete(hook);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(workspace.Root, ".git"), "*index*.lock"));
        Assert.Equal("", workspace.Git("status", "--porcelain"));
        Assert.True(workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad").Changed);
    }

    [Fact]
    public void KilledAroundItsJournal_LeavesAFolderThatTheNextWriterRemoves()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        var pending = Directory.CreateDirectory(Path.Combine(workspace.RegistryRoot, ".pending")).FullName;

        Assert.True(workspace.Open().Doctor(fix: true).Healthy);

        Assert.False(Directory.Exists(pending));
    }

    private static void Note(Workspace workspace, string note) =>
        workspace.File_(".git/modelreg-git", string.Format(CultureInfo.InvariantCulture, note, DateTime.UtcNow.Ticks));
}
