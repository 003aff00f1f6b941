using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>A registry that is named by the URL of its repository: a clone in the cache holds the families that somebody named.</summary>
public sealed class RegistryUrlTests : IDisposable
{
    private static readonly string[] Families = ["one", "two"];

    private readonly Scratch _scratch = new(trackStore: true);

    [Fact]
    public async Task ProcessesAtOnce_EachGetItsFamily_AndOfflineTheseAreThere()
    {
        foreach (var name in Families.Append("other")) _scratch.Register(name, "weights of " + name).Text.ToString();
        // Without it a server sends everything, as old ones do.
        _scratch.Git("config", "uploadpack.allowFilter", "true");
        _scratch.Set("MODELREG_REGISTRY", new Uri(_scratch.Root).AbsoluteUri);

        var started = Families.Select(name => _scratch.Start("resolve", name)).ToList();
        var outcomes = await Task.WhenAll(started.Select(process => Task.Factory.StartNew(() => Scratch.Await(process), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        started.ForEach(process => process.Dispose());
        Assert.All(outcomes, outcome => Assert.True(File.Exists(outcome.Text.Trim()), outcome.ToString()));
        Assert.Equal(Families, CheckedOut());

        _scratch.Set("MODELREG_OFFLINE", "1");
        Directory.Move(Path.Combine(_scratch.Root, ".git"), Path.Combine(_scratch.Root, ".git.away"));
        foreach (var name in Families) _scratch.Run("resolve", name).Text.ToString();
        Assert.Contains("MR0713", _scratch.Run("resolve", "other").Errors, StringComparison.Ordinal);
        Assert.Contains("two", _scratch.Run("resolve", "twoo").Errors, StringComparison.Ordinal);
        Directory.Move(Path.Combine(_scratch.Root, ".git.away"), Path.Combine(_scratch.Root, ".git"));
        _scratch.Set("MODELREG_OFFLINE", null);

        Assert.Equal(3, _scratch.Run("list", "--json").Json.GetProperty("models").GetArrayLength());
        Assert.Equal(["one", "other", "two"], CheckedOut());
    }

    public void Dispose() => _scratch.Dispose();

    private IEnumerable<string> CheckedOut()
    {
        var registries = Path.Combine(Path.GetDirectoryName(_scratch.Root)!, "cache", "registries");
        var clone = Assert.Single(Directory.GetDirectories(registries));
        return Directory.GetDirectories(Path.Combine(clone, "registry")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);
    }
}
