using System.Globalization;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>Kills every writing command at random moments, with its git and without it. <c>MODELREG_KILL_RUNS</c> sets how often, <c>MODELREG_KILL_SEED</c> when.</summary>
public sealed class KilledCommandTests
{
    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("MODELREG_KILL_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 28;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("MODELREG_KILL_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20261126;

    [Fact]
    public void WritingCommand_Killed_HasHappenedWhollyOrNotAtAll()
    {
        var random = new Random(Seed);
        using var scratch = new Scratch();
        for (var i = 0; i < 3; i++) scratch.Register("m", $"weights {i}").Text.ToString();
        var remote = Path.Combine(scratch.Root, "..", "remote.git");
        scratch.Git("init", "-q", "--bare", "-b", "main", remote);
        scratch.Git("remote", "add", "origin", remote);
        scratch.Run("sync").Text.ToString();
        var clock = TimeProvider.System;
        var killed = 0;

        for (var run = 0; run < Runs; run++)
        {
            string[] command = (run % 7) switch
            {
                0 => ["promote", "m", $"1.{run % 3}.0", "production"],
                1 => ["yank", "m/1.1.0", "--reason", $"run {run}"],
                2 => ["unyank", "m/1.1.0"],
                3 => ["doctor", "--fix"],
                4 => ["sync"],
                5 => ["register", "--name", "m", "--file", scratch.WeightsFile("k/m.safetensors", $"run {run}")],
                _ => ["alias", "remove", "m", "production"],
            };
            var started = clock.GetTimestamp();
            using (var process = scratch.Start(command))
            {
                // The wait is the random moment.
                if (!process.WaitForExit(TimeSpan.FromMilliseconds(random.Next(20, 700))))
                {
                    process.Kill(entireProcessTree: run % 2 == 0);
                    process.WaitForExit();
                    killed++;
                }
            }

            var where = $"seed {Seed}, run {run}, {string.Join(' ', command)}, ended after {clock.GetElapsedTime(started).TotalMilliseconds:0} ms";
            var mended = scratch.Run("doctor", "--fix", "--json");
            Assert.True(mended.ExitCode == 0, $"{where}: {mended}");
            var healthy = scratch.Run("doctor", "--json");
            Assert.True(healthy.ExitCode == 0, $"{where}: mended {mended.Output}, then {healthy}");
            Assert.True(scratch.Git("status", "--porcelain") == "", where + ": " + scratch.Git("status", "--porcelain"));
            Assert.False(Directory.Exists(Path.Combine(scratch.RegistryRoot, ".pending")), where);
            Assert.Equal("", scratch.Git("log", "--diff-filter=MD", "--format=%H", "--", "registry/*/versions/"));
            // Whatever the killed command left, the next one of its kind works.
            var again = scratch.Run("promote", "m", $"1.{run % 3}.0", "checked");
            Assert.True(again.ExitCode == 0, $"{where}: {again}");
        }

        Assert.True(killed > Runs / 4, $"only {killed} of {Runs} were killed");
        scratch.Run("sync").Text.ToString();
        Assert.Equal(scratch.Git("rev-parse", "HEAD"), scratch.Git("--git-dir", remote, "rev-parse", "main"));
        Assert.Equal("", scratch.Git("--git-dir", remote, "rev-list", "--merges", "main"));
    }
}
