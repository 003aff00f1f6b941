using System.Globalization;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>Many processes that write one registry in every way at once, beside people who commit their own work.</summary>
public sealed class MixedWritersTests
{
    /// <summary>How many at once: few in the suite, 64 with <c>MODELREG_WRITERS=64</c>.</summary>
    private static int Writers => int.TryParse(Environment.GetEnvironmentVariable("MODELREG_WRITERS"), CultureInfo.InvariantCulture, out var writers) ? writers : 15;

    [Fact]
    public async Task RegisterPromoteYankDoctorAndUserCommits_AtOnce_LoseAndDoubleNothing()
    {
        using var scratch = new Scratch();
        for (var i = 0; i < 3; i++) scratch.Register("m", $"first {i}").Text.ToString();
        var before = scratch.Run("list", "m", "--json").Json.GetProperty("versions").GetArrayLength();

        string Own(int i)
        {
            var path = Path.Combine(scratch.Root, $"own{i.ToString(CultureInfo.InvariantCulture)}.txt");
            File.WriteAllText(path, "mine");
            return path;
        }

        var works = Enumerable.Range(0, Writers).Select(i => (Kind: i % 5, Start: (Func<Outcome>)((i % 5) switch
        {
            0 or 1 => () => scratch.Run("register", "--name", "m", "--file", scratch.WeightsFile($"{i}/m.safetensors", $"weights {i}"), "--json"),
            2 => () => scratch.Run("promote", "m", i % 2 == 0 ? "1.0.0" : "1.1.0", $"alias{i}"),
            3 => () => scratch.Run("doctor", "--fix", "--json"),
            _ => () => UserCommit(scratch, Own(i)),
        }))).ToList();
        var yank = Task.Run(() => scratch.Run("yank", "m/1.2.0"));
        var outcomes = await Task.WhenAll(works.Select(work => Task.Factory.StartNew(work.Start, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(0, (await yank).ExitCode);
        Assert.All(outcomes, outcome => Assert.True(outcome.ExitCode == 0, outcome.ToString()));
        var registered = works.Zip(outcomes).Where(pair => pair.First.Kind < 2).Select(pair => pair.Second.Json.GetProperty("version").GetString()!).ToList();
        Assert.Equal(registered.Count, registered.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(before + registered.Count, scratch.Run("list", "m", "--json").Json.GetProperty("versions").GetArrayLength());
        Assert.Equal(works.Count(w => w.Kind == 2), scratch.Run("show", "m", "1.0.0", "--json").Json.GetProperty("aliases").GetArrayLength() + scratch.Run("show", "m", "1.1.0", "--json").Json.GetProperty("aliases").GetArrayLength());
        Assert.Equal(works.Count(w => w.Kind == 4), scratch.Git("log", "--format=%s", "--grep=^mine$").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("", scratch.Git("status", "--porcelain"));
        Assert.Equal("", scratch.Git("log", "--diff-filter=MD", "--format=%H", "--", "registry/*/versions/"));
        Assert.True(scratch.Run("doctor", "--json").Json.GetProperty("healthy").GetBoolean());
    }

    // A person who meets git's own lock tries again, and so does one whose 'git add' was lost: 'git commit --only' of somebody else reads the index
    // before it locks it (builtin/commit.c, prepare_index), and writes it without what came in between.
    private static Outcome UserCommit(Scratch scratch, string path)
    {
        Outcome outcome;
        do
        {
            using var add = scratch.StartGit("add", path);
            outcome = Scratch.Await(add);
            if (outcome.ExitCode != 0) continue;
            using var commit = scratch.StartGit("commit", "-q", "--only", "-m", "mine", "--", path);
            outcome = Scratch.Await(commit);
        }
        while (outcome.ExitCode != 0 && (outcome.Errors.Contains(".lock", StringComparison.Ordinal) || outcome.Errors.Contains("cannot lock ref", StringComparison.Ordinal)
            || outcome.Errors.Contains("did not match any file(s) known to git", StringComparison.Ordinal)));

        return outcome;
    }
}
