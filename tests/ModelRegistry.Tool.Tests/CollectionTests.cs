using System.Globalization;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary><c>gc</c> beside processes that register, and killed in the middle. <c>MODELREG_KILL_RUNS</c> sets how often.</summary>
public sealed class CollectionTests
{
    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("MODELREG_KILL_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 6;

    [Fact]
    public async Task Gc_BesideTenRegisteringProcesses_LosesNothing()
    {
        using var scratch = new Scratch();
        // Content that nothing names any more, which some of the ten register again while gc is about to take it.
        for (var i = 0; i < 5; i++) scratch.Register("m", $"again {i}").Text.ToString();
        scratch.Git("reset", "-q", "--hard", "HEAD~5");
        scratch.Git("update-ref", "-d", "ORIG_HEAD");

        var registering = Enumerable.Range(0, 10).Select(i => Task.Factory.StartNew(
            () => scratch.Run("register", "--name", "m", "--file", scratch.WeightsFile($"{i}/m.safetensors", i < 5 ? $"again {i}" : $"new {i}"), "--json"),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        var outcomes = new List<Outcome>();
        do outcomes.Add(scratch.Run("gc", "--grace", "0", "--json"));
        while (!Task.WhenAll(registering).IsCompleted);
        var registered = await Task.WhenAll(registering);

        Assert.All(registered.Concat(outcomes), outcome => Assert.True(outcome.ExitCode == 0, outcome.ToString()));
        Assert.Equal(10, registered.Select(o => o.Json.GetProperty("version").GetString()).Distinct().Count());
        Assert.True(scratch.Run("doctor", "--json").Json.GetProperty("healthy").GetBoolean());
        Assert.Equal(10, scratch.Run("gc", "--grace", "0", "--json").Json.GetProperty("kept").GetInt32());
    }

    [Fact]
    public void Gc_Killed_HasOnlyDoneLess()
    {
        var random = new Random(20261126);
        using var scratch = new Scratch();
        scratch.Register("m", "kept").Text.ToString();
        var blobs = Path.Combine(scratch.Store, "blobs", "sha256");
        for (var run = 0; run < Runs; run++)
        {
            for (var i = 0; i < 300; i++)
            {
                var content = BitConverter.GetBytes((run * 1000) + i);
                File.WriteAllBytes(Path.Combine(blobs, Digest.Of(content).Hex), content);
            }

            using var process = scratch.Start("gc", "--grace", "0");
            // The wait is the random moment.
            if (!process.WaitForExit(TimeSpan.FromMilliseconds(random.Next(10, 250)))) process.Kill(entireProcessTree: run % 2 == 0);
            process.WaitForExit();

            Assert.Equal("1.0.0", scratch.Run("resolve", "m", "latest", "--json").Json.GetProperty("version").GetString());
            var again = scratch.Run("gc", "--grace", "0", "--json").Json;
            Assert.Equal(1, again.GetProperty("kept").GetInt32());
            Assert.Single(Directory.GetFiles(blobs));
            Assert.True(scratch.Run("doctor", "--json").Json.GetProperty("healthy").GetBoolean());
        }
    }

    [Fact]
    public void Gc_SaysWhatItDoes_AndRefusesWhatItCannot()
    {
        using var scratch = new Scratch();
        scratch.Register("m", "one").Text.ToString();
        scratch.Register("m", "two").Text.ToString();
        scratch.Git("reset", "-q", "--hard", "HEAD~1");
        scratch.Git("update-ref", "-d", "ORIG_HEAD");

        Assert.Contains("removed 0 artifacts", scratch.Run("gc").Text, StringComparison.Ordinal);
        var listed = scratch.Run("gc", "--dry-run", "--grace", "0s").Text;
        Assert.Contains("nothing names it", listed, StringComparison.Ordinal);
        Assert.Contains("would remove 1 artifact of", listed, StringComparison.Ordinal);
        Assert.True(scratch.Run("gc", "--dry-run", "--grace", "0", "--json").Json.GetProperty("dryRun").GetBoolean());
        scratch.Run("gc", "--remote").Fails("MR0115", 2);
        scratch.Run("gc", "--remote", "--dry-run").Fails("MR0261", 6);
        scratch.Run("gc", "--keep", "some").Fails("MR0115", 2);
        scratch.Run("gc", "--grace", "soon").Fails("MR0115", 2);
        scratch.Run("gc", "--lock", "none.json").Fails("MR0115", 2);
        scratch.Run("cache", "prune").Fails("MR0115", 2);
        scratch.Run("cache", "wash").Fails("MR0115", 2);
        Assert.Contains("left", scratch.Run("cache", "prune", "--max-age", "30d", "--max-size", "1.5GiB").Text, StringComparison.Ordinal);
        Assert.Equal(0, scratch.Run("cache", "prune", "--max-age", "30d", "--json").Json.GetProperty("removed").GetArrayLength());
    }
}
