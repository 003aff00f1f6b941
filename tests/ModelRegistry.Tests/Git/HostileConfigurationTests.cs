using System.Text.RegularExpressions;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Git;

/// <summary>Facts are the same whatever the user's git configuration says, and nothing that it names is started by reading.</summary>
public sealed partial class HostileConfigurationTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly string _pwned;

    public HostileConfigurationTests()
    {
        _pwned = Path.Combine(_workspace.Root, ".cache", "pwned");
        Directory.CreateDirectory(Path.GetDirectoryName(_pwned)!);
        HostileConfiguration.Apply(_workspace.Root, $"sh -c 'echo started >> \"{_pwned}\"; exit 1'");
    }

    [Fact]
    public void EveryAnswer_IsAsItWouldBeWithoutIt()
    {
        var result = _workspace.Register("m", "a", ("accuracy", 0.5));
        _workspace.Open().Promote(ModelName.Parse("m"), Selector.Latest, "production", "first");
        var registry = _workspace.Open();
        // Writing runs what the user configured; reading runs nothing.
        File.Delete(_pwned);

        var log = registry.Log(ModelName.Parse("m"));

        Assert.Matches(Hash(), result.Commit);
        Assert.Equal(["promote", "register"], log.Select(e => e.Action));
        Assert.All(log, e => Assert.Matches(Hash(), e.Commit));
        Assert.All(log, e => Assert.Equal("Test Author <author@example.org>", e.Author));
        Assert.Equal("register m/1.0.0", log[1].Subject);
        Assert.Equal("first", log[0].Reason);
        Assert.Equal(result.Commit, registry.CommitOf(result.Id));
        Assert.Equal("main", result.Manifest.Lineage!.Branch);
        Assert.False(result.Manifest.Lineage.Dirty);
        Assert.Equal(result.Commit, registry.Register(_workspace.Request("m", "a", ("accuracy", 0.5))).Commit);
        Assert.True(registry.Doctor().Healthy);
        Assert.False(File.Exists(_pwned), "a program of the configuration was started");
    }

    [Fact]
    public void Doctor_SeesAnEdit_AndMendsIt()
    {
        var result = _workspace.Register("m", "a");
        var text = File.ReadAllText(result.ManifestPath);
        File.WriteAllText(result.ManifestPath, text.Replace("\"m\"", "\"n\"", StringComparison.Ordinal));

        Assert.False(_workspace.Open().Doctor().Healthy);
        Assert.True(_workspace.Open().Doctor(fix: true).Healthy);
        Assert.Equal(text, File.ReadAllText(result.ManifestPath));
    }

    public void Dispose() => _workspace.Dispose();

    [GeneratedRegex("^[0-9a-f]{40}$")]
    private static partial Regex Hash();
}
