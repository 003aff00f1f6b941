using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Git;

/// <summary>How often git is started: through a command that counts and then is git.</summary>
public sealed class ProcessCountTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly string _calls;
    private readonly RegistryOptions _counting;

    public ProcessCountTests()
    {
        _calls = Path.Combine(_workspace.Root, ".cache", "calls");
        var git = _workspace.File_(".cache/git", $"#!/bin/sh\necho \"$@\" >> '{_calls}'\nexec git \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(git, (UnixFileMode)0b111_101_101);
        _counting = _workspace.Options with { GitExecutable = git };
    }

    [Fact]
    public void Register_StartsGitFourTimes()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Git("remote", "add", "origin", "https://user:secret@example.org/r.git");

        var result = RegistrySession.Open(_workspace.Root, _counting).Registry.Register(_workspace.Request("m", "a"));

        Assert.True(result.Created);
        Assert.Equal("https://example.org/r.git", result.Manifest.Lineage!.Repository);
        Assert.Equal(4, Calls.Length);
    }

    [Fact]
    public void Register_FromASourceOfItsOwn_StartsGitFourTimes()
    {
        if (OperatingSystem.IsWindows()) return;
        using var source = new Workspace(registry: false);

        RegistrySession.Open(_workspace.Root, _counting).Registry.Register(_workspace.Request("m", "a") with { Source = RegistrationSource.At(source.Root) });

        Assert.Equal(4, Calls.Length);
    }

    [Fact]
    public void Sync_StartsGitTwiceBetweenFetchAndPush_AndThreeTimesWhereItReplays()
    {
        if (OperatingSystem.IsWindows()) return;
        var remote = Path.Combine(_workspace.Root, ".cache", "remote.git");
        var other = Path.Combine(_workspace.Root, ".cache", "other");
        _workspace.Git("clone", "-q", "--bare", ".", remote);
        _workspace.Git("clone", "-q", remote, other);
        _workspace.Git("remote", "add", "origin", remote);
        // Who signs starts one more.
        _workspace.Git("config", "commit.gpgSign", "false");
        var registry = RegistrySession.Open(_workspace.Root, _counting).Registry;
        registry.Sync();
        _workspace.Register("m", "a");

        Assert.Equal(["config", "var", "fetch", "log", "cat-file", "push", "update-ref", "rev-list"], Commands(() => registry.Sync()));

        RegistrySession.Open(other, _workspace.Options).Registry.Register(_workspace.Request("m", "b"));
        RegistrySession.Open(other, _workspace.Options).Registry.Sync();
        _workspace.Register("m", "c");
        Assert.Equal(["config", "var", "fetch", "log", "cat-file", "fast-import", "push", "update-ref", "read-tree", "update-ref", "ls-files", "rev-list"], Commands(() => registry.Sync()));
    }

    [Fact]
    public void Reading_StartsNone()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("m", "a");
        var registry = RegistrySession.Open(_workspace.Root, _counting).Registry;

        registry.Resolve(ModelName.Parse("m"), Selector.Latest);
        registry.List();
        registry.Get(ModelId.Parse("m/1.0.0"));

        Assert.Empty(Calls);
    }

    [Fact]
    public void EveryCall_NamesTheRepository()
    {
        if (OperatingSystem.IsWindows()) return;
        var registry = RegistrySession.Open(_workspace.Root, _counting).Registry;
        registry.Register(_workspace.Request("m", "a"));
        registry.Promote(ModelName.Parse("m"), Selector.Latest, "production");
        registry.Log();
        registry.Doctor();

        Assert.NotEmpty(Calls);
        Assert.All(Calls, call => Assert.StartsWith($"--git-dir={_workspace.Root}/.git --work-tree={_workspace.Root} ", call, StringComparison.Ordinal));
        Assert.All(Calls, call => Assert.Contains("safe.bareRepository=explicit", call, StringComparison.Ordinal));
    }

    public void Dispose() => _workspace.Dispose();

    private string[] Commands(Action work)
    {
        File.Delete(_calls);
        work();
        return [.. Calls.Select(call => string.Join(' ', call.Replace(_workspace.Root, "", StringComparison.Ordinal).Split(' ').SkipWhile(word => word[0] == '-' || word.Contains('=', StringComparison.Ordinal) || word == "-c").Take(1)))];
    }

    private string[] Calls => File.Exists(_calls) ? File.ReadAllLines(_calls) : [];
}
