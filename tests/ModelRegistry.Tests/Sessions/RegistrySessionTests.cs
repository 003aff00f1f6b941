using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Sessions;

public sealed class RegistrySessionTests : IDisposable
{
    private readonly Workspace _workspace = new(trackStore: true);

    [Fact]
    public void Open_NothingNamed_FindsTheNearestUpwards()
    {
        var below = Directory.CreateDirectory(Path.Combine(_workspace.Root, "src", "app")).FullName;

        using var session = RegistrySession.Open(null, _workspace.Options with { WorkingDirectory = below });

        Assert.Equal(_workspace.RegistryRoot, session.Registry.Layout.Root);
        Assert.Null(session.Address);
    }

    [Fact]
    public void Open_NothingNamed_TakesWhatTheEnvironmentNames()
    {
        var options = RegistryOptions.FromEnvironment(name => name == "MODELREG_REGISTRY" ? "sub" : null, _workspace.Root);
        Directory.CreateDirectory(Path.Combine(_workspace.Root, "sub"));

        Expect.Code("MR0201", () => RegistrySession.Open(null, options));
        Registry.Initialise(Path.Combine(_workspace.Root, "sub"), new InitOptions { Commit = false }, _workspace.Options);

        Assert.Equal(Path.Combine(_workspace.Root, "sub", "registry"), RegistrySession.Open(null, options).Registry.Layout.Root);
    }

    [Fact]
    public void Open_Url_ClonesAndFetchesCommittedArtifactsWhenTheyAreResolved()
    {
        _workspace.Register("m", "weights one");

        using var session = RegistrySession.Open(new Uri(_workspace.Root).AbsoluteUri, _workspace.Options with { CacheDirectory = Path.Combine(_workspace.Root, ".cache", "other") });
        var resolution = session.Registry.Resolve(ModelName.Parse("m"), Selector.Latest);

        Assert.StartsWith("file://", session.Address, StringComparison.Ordinal);
        Assert.Equal("weights one", File.ReadAllText(resolution.Weights.LocalPath!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_Url_RefreshThatWasKilled_LeavesLocks_AndTheNextRefreshWorks(bool noted)
    {
        _workspace.Register("m", "weights one");
        var url = new Uri(_workspace.Root).AbsoluteUri;
        RegistrySession.Open(url, _workspace.Options).Dispose();
        _workspace.Register("m", "weights two");
        var git = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(_workspace.Options.CacheDirectory!, "registries"), "*", SearchOption.TopDirectoryOnly), folder => Directory.Exists(Path.Combine(folder, ".git"))), ".git");
        if (noted) File.WriteAllText(Path.Combine(git, "modelreg-git"), "0 " + DateTime.UtcNow.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var name in new[] { "shallow.lock", "index.lock" }) File.WriteAllText(Path.Combine(git, name), "");

        using var session = RegistrySession.Open(url, _workspace.Options);

        Assert.Equal("1.1.0", session.Registry.Resolve(ModelName.Parse("m"), Selector.Latest).Manifest.Version.Value);
        Assert.False(File.Exists(Path.Combine(git, "shallow.lock")));
    }

    [Fact]
    public void Open_UrlOffline_IsRefusedUntilItWasClonedOnce()
    {
        _workspace.Register("m", "weights one");
        var url = new Uri(_workspace.Root).AbsoluteUri;

        Expect.Code("MR0713", () => RegistrySession.Open(url, _workspace.Options with { Offline = true }));
        RegistrySession.Open(url, _workspace.Options).Dispose();
        using var session = RegistrySession.Open(url, _workspace.Options with { Offline = true });

        Assert.Equal("1.0.0", session.Registry.GetFamily(ModelName.Parse("m")).Versions[0].Version.Value);
    }

    [Fact]
    public void OpenWorkingCopy_Url_IsRefusedWithoutShowingCredentials()
    {
        var failure = Expect.Code("MR0115", () => RegistrySession.OpenWorkingCopy("https://user:secret@git.example.org/m.git"));

        Assert.Contains("https://git.example.org/m.git", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("git@example.org:team/models.git")]
    [InlineData("ssh://example.org/models.git")]
    [InlineData("git+ssh://example.org/models.git")]
    public void OpenWorkingCopy_EveryFormOfAGitAddress_IsRecognised(string address) =>
        Expect.Code("MR0115", () => RegistrySession.OpenWorkingCopy(address));

    [Theory]
    [InlineData("models@1.0")]
    [InlineData("a/b:c")]
    [InlineData("://x")]
    public void OpenWorkingCopy_PathThatOnlyLooksLikeAnAddress_IsADirectory(string address) =>
        Expect.Code("MR0201", () => RegistrySession.OpenWorkingCopy(address, _workspace.Options with { WorkingDirectory = _workspace.Root }));

    [Fact]
    public void Get_OfOneVersion_ReadsNoOtherManifest()
    {
        _workspace.Register("m", "one");
        _workspace.Register("m", "two");
        File.WriteAllText(Path.Combine(_workspace.RegistryRoot, "m", "versions", "1.0.0.json"), "{ broken");

        Assert.Equal("m/1.1.0", _workspace.Open().Get(ModelId.Parse("m/1.1.0")).Id.ToString());
        Expect.Code("MR0207", () => _workspace.Open().Get(ModelId.Parse("m/1.0.0")));
        Expect.Code("MR0204", () => _workspace.Open().Get(ModelId.Parse("m/7.0.0")));
    }

    [Fact]
    public void GetManifest_DigestAndContent_AreThoseOfTheFile()
    {
        var path = _workspace.Register("m", "one").ManifestPath;

        var manifest = _workspace.Open().GetManifest(ModelId.Parse("m/1.0.0"));

        Assert.Equal(File.ReadAllBytes(path), manifest.Content.ToArray());
        Assert.Equal(Digest.Of(File.ReadAllBytes(path)), manifest.Digest);
    }

    public void Dispose() => _workspace.Dispose();
}
