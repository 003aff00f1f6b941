using System.Globalization;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>Kills registrations at random moments. <c>MODELREG_KILL_RUNS</c> sets how many; the default keeps the suite short.</summary>
public sealed class KillTests
{
    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("MODELREG_KILL_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 20;

    [Fact]
    public void Register_KilledAtARandomMoment_HasHappenedWhollyOrNotAtAll_AndDoctorLeavesNothingBehind()
    {
        var random = new Random(20261122);
        using var scratch = new Scratch();
        var content = new byte[3 * 1024 * 1024];
        random.NextBytes(content);
        content = Scratch.Weights(content);
        var clock = TimeProvider.System;

        string Weights(int run)
        {
            BitConverter.TryWriteBytes(content.AsSpan(^4), run);
            return scratch.File_("m.safetensors", content);
        }

        string[] Arguments(int run) => ["register", "--name", "m", "--file", Weights(run), "--metric", "accuracy=0.5", "--json"];

        var latest = scratch.Run(Arguments(0)).Json.GetProperty("version").GetString()!;
        var digest = Digest.Of(content);
        var started = clock.GetTimestamp();
        latest = scratch.Run(Arguments(-1)).Json.GetProperty("version").GetString()!;
        digest = Digest.Of(content);
        var usual = clock.GetElapsedTime(started);

        for (var run = 1; run <= Runs; run++)
        {
            using var process = scratch.Start(Arguments(run));
            var asked = Digest.Of(content);
            // The wait for the exit is the random moment: most of the time it runs out, and the process is killed in the middle.
            var finished = process.WaitForExit(usual * (random.NextDouble() * 1.15));
            if (!finished) process.Kill(entireProcessTree: run % 2 == 0);
            var outcome = Scratch.Await(process);
            var where = $"run {run}, {(finished ? "finished" : "killed")}";

            var resolved = scratch.Run("resolve", "m", "latest", "--json");
            Assert.True(resolved.ExitCode == 0, $"{where}: {resolved}");
            var (version, found) = Answer(resolved);
            Assert.True(found == digest || found == asked, $"{where}: latest is neither the old nor the new version: {resolved}");
            Assert.True(found == asked || version == latest, where);
            if (finished && outcome.ExitCode == 0) Assert.Equal(asked, found);

            var mended = scratch.Run("doctor", "--fix");
            Assert.True(mended.ExitCode == 0, $"{where}: doctor --fix: {mended}");
            var healthy = scratch.Run("doctor", "--json");
            Assert.True(healthy.ExitCode == 0, $"{where}: {healthy}");
            Assert.True(healthy.Json.GetProperty("healthy").GetBoolean(), where);
            Assert.True(Directory.EnumerateFileSystemEntries(Path.Combine(scratch.Store, "tmp")).All(e => Path.GetFileName(e) == "lock"), where);
            Assert.False(Directory.Exists(Path.Combine(scratch.RegistryRoot, ".pending")), where);
            Assert.Equal("", scratch.Git("status", "--porcelain"));

            var (after, kept) = Answer(scratch.Run("resolve", "m", "latest", "--json"));
            Assert.True(kept == found || (kept == asked && found == digest), $"{where}: doctor changed the answer from {version} to {after}");
            (latest, digest) = (after, kept);
            Assert.Equal(scratch.Run("list", "m", "--json").Json.GetProperty("versions").GetArrayLength(), Blobs(scratch));
        }
    }

    private static int Blobs(Scratch scratch) => Directory.EnumerateFiles(Path.Combine(scratch.Store, "blobs", "sha256")).Count();

    private static (string Version, Digest Content) Answer(Outcome outcome)
    {
        var json = outcome.Json;
        var file = Assert.Single(json.GetProperty("files").EnumerateArray());
        return (json.GetProperty("version").GetString()!, Digest.Of(File.ReadAllBytes(file.GetProperty("localPath").GetString()!)));
    }
}
