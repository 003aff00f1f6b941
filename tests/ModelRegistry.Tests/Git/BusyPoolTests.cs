using ModelRegistry.Git;

namespace ModelRegistry.Tests.Git;

public sealed class BusyPoolTests
{
    [Fact]
    public async Task Run_WhileEveryThreadOfThePoolIsBusy_StillHearsWhatGitSays()
    {
        using var release = new ManualResetEventSlim();
        // More than the pool adds by itself in the time that the answers take.
        var busy = Enumerable.Range(0, 200).Select(_ => Task.Run(() => release.Wait(TimeSpan.FromMinutes(1)))).ToList();
        try
        {
            var git = new GitCommand("git", TimeSpan.FromMinutes(1));

            for (var i = 0; i < 3; i++) Assert.StartsWith("git version ", git.Run(Path.GetTempPath(), ["version"]).Output, StringComparison.Ordinal);
        }
        finally
        {
            release.Set();
            await Task.WhenAll(busy);
        }
    }
}
