using System.Globalization;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Register_32ProcessesAtOnce_Give32VersionsAnd32Commits()
    {
        const int count = 32;
        using var scratch = new Scratch();
        var before = scratch.CommitCount;

        var processes = Enumerable.Range(0, count)
            .Select(i => scratch.Start("register", "--name", "race", "--file", scratch.WeightsFile($"{i}/race.safetensors", $"weights {i}"), "--metric", string.Create(CultureInfo.InvariantCulture, $"accuracy=0.{i:00}"), "--json"))
            .ToList();
        var outcomes = await Task.WhenAll(processes.Select(process => Task.Factory.StartNew(() => Scratch.Await(process), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        foreach (var process in processes) process.Dispose();

        Assert.Equal(count, outcomes.Select(outcome => outcome.Json.GetProperty("version").GetString()).Distinct().Count());
        Assert.Equal(count, outcomes.Select(outcome => outcome.Json.GetProperty("commit").GetString()).Distinct().Count());
        Assert.Equal(before + count, scratch.CommitCount);
        Assert.Equal(count, scratch.Run("list", "race", "--json").Json.GetProperty("versions").GetArrayLength());
        Assert.Equal("", scratch.Git("status", "--porcelain"));
        Assert.True(scratch.Run("doctor", "--json").Json.GetProperty("healthy").GetBoolean());
        // Each commit registers one version and nothing else.
        var manifests = scratch.Git("log", "--format=", "--name-only", "--", "registry/race/versions").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(count, manifests.Length);
        Assert.Equal(count, manifests.Distinct(StringComparer.Ordinal).Count());
    }
}
