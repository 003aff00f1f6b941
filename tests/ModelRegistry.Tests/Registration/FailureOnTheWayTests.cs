using ModelRegistry.Git;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>What fails in the middle tells why, and leaves nothing running.</summary>
public sealed class FailureOnTheWayTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public void Register_StagingFails_NoGitRunsOnBehindIt()
    {
        if (OperatingSystem.IsWindows()) return;
        var started = Path.Combine(_workspace.Root, ".cache", "started");
        var git = _workspace.File_(".cache/git", $"#!/bin/sh\necho $$ > '{started}.new' && mv '{started}.new' '{started}'\nexec sleep 600\n");
        File.SetUnixFileMode(git, (UnixFileMode)0b111_101_101);
        var options = _workspace.Options with { GitExecutable = git, Examiner = new Failing(started) };

        Assert.Throws<InvalidOperationException>(() => RegistrySession.Open(_workspace.Root, options).Registry.Register(_workspace.Request("m", "a")));

        Assert.Null(GitProcesses.StartOf(int.Parse(File.ReadAllText(started), System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Promote_WhatWasBegunCannotBeTakenBack_TellsTheCause_AndTheNextWriterTakesItBack()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("m", "a");
        _workspace.Register("m", "b");
        _workspace.Open().Promote(ModelName.Parse("m"), Selector.Parse("1.0.0"), "production");
        var hook = Path.Combine(_workspace.Root, ".git", "hooks", "pre-commit");
        var alias = Path.Combine(_workspace.RegistryRoot, "m", "aliases", "production.json");
        // What no file replaces.
        File.WriteAllText(hook, $"#!/bin/sh\nrm '{alias}'\nmkdir -p '{alias}/x'\nexit 1\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);

        Expect.Code("MR0405", () => _workspace.Open().Promote(ModelName.Parse("m"), Selector.Parse("1.1.0"), "production"));

        Assert.Contains(_workspace.Log.Warnings, w => w.Code == "MR0219");
        File.Delete(hook);
        Directory.Delete(alias, recursive: true);
        _workspace.Register("n", "c");
        Assert.Equal("1.0.0", _workspace.Resolve("m", "@production"));
        Assert.Equal("", _workspace.Git("status", "--porcelain", "--untracked-files=no"));
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    [Fact]
    public void Reading_AForeignCheckout_NeedsNoPermissionOfGits_AndWritingTellsWhat()
    {
        _workspace.Register("m", "a");
        // Only root can give a folder away, and not in every container.
        if (OperatingSystem.IsWindows() || !Give("12345")) return;

        Assert.Equal("1.0.0", _workspace.Resolve("m", "latest"));
        Assert.Single(_workspace.Open().List());
        var refused = Expect.Code("MR0403", () => _workspace.Open().Register(_workspace.Request("m", "b")));

        Assert.Contains("safe.directory", refused.Hint, StringComparison.Ordinal);
        Assert.True(Give(Environment.UserName));
        Assert.Equal("1.1.0", _workspace.Register("m", "b").Id.Version.Value);

        bool Give(string user)
        {
            using var given = System.Diagnostics.Process.Start("chown", ["-R", user, _workspace.Root]);
            given.WaitForExit();
            return given.ExitCode == 0;
        }
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>Fails when git has begun.</summary>
    private sealed class Failing(string started) : IFileExaminer
    {
        public IReadOnlyList<FileExamination?> Examine(IReadOnlyList<StagedFile> files, CancellationToken cancellation)
        {
            SpinWait.SpinUntil(() => File.Exists(started));
            throw new InvalidOperationException("the disk is on fire");
        }
    }
}
