using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Reading;

public sealed class RegistryReaderTests
{
    [Fact]
    public async Task AllAsync_WhileManyAsk_HasWhatWasThereWhenItWasAsked()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        var reader = new RegistryReader(registry.Open());
        using var end = new CancellationTokenSource();
        var others = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested) await reader.AllAsync(default);
        })).ToArray();

        for (var i = 1; i <= 40; i++)
        {
            Copy(registry, $"1.{i}.0");
            Assert.Equal(i + 1, (await reader.AllAsync(default))[0].Versions.Count);
        }

        await end.CancelAsync();
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task AllAsync_OneWhoLeaves_StopsNobodyElse()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        var reader = new RegistryReader(registry.Open());
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        var (leaves, stays) = (reader.AllAsync(left.Token), reader.AllAsync(default));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        Assert.Single(await stays);
    }

    // As a pull brings it: without git, so that it comes while the others look.
    private static void Copy(TestRegistry registry, string version)
    {
        var folder = Path.Combine(registry.Root, "digits", "versions");
        var text = File.ReadAllText(Path.Combine(folder, "1.0.0.json")).Replace("\"1.0.0\"", $"\"{version}\"", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "new"), text);
        File.Move(Path.Combine(folder, "new"), Path.Combine(folder, version + ".json"));
    }
}
