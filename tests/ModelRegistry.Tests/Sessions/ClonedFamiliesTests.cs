using System.Globalization;
using ModelRegistry.Locking;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Sessions;

/// <summary>What a clone in the cache checks out: the families that somebody named, and what they need.</summary>
public sealed class ClonedFamiliesTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m"), N = ModelName.Parse("n");

    private readonly Workspace _origin = new();

    public ClonedFamiliesTests()
    {
        _origin.Register("m", "weights of m");
        _origin.Register("n", "weights of n");
        // Else a server sends everything, as old ones do.
        _origin.Git("config", "uploadpack.allowFilter", "true");
    }

    [Fact]
    public void NamedFamily_IsCheckedOutAlone_AndAnotherWhenItIsNamed()
    {
        using (var first = Open())
        {
            Assert.Equal([], CheckedOut());
            Resolve(first, M, "1.0.0");
            Assert.Equal(["m"], CheckedOut());
        }

        using (var second = Open())
        {
            Assert.Equal(["m"], CheckedOut());
            Resolve(second, N, "latest");
            Resolve(second, M, "latest");
        }

        Assert.Equal(["m", "n"], CheckedOut());
    }

    [Fact]
    public void WhatCameSince_IsThere_InFamiliesOfBefore_AndInNewOnes()
    {
        using (var first = Open()) Resolve(first, M, "latest");
        _origin.Register("m", "weights two of m");
        _origin.Register("o", "weights of o");

        using var second = Open();

        Assert.Equal("1.1.0", Resolve(second, M, "latest"));
        Assert.Equal("1.0.0", Resolve(second, ModelName.Parse("o"), "latest"));
        Assert.Equal(["m", "o"], CheckedOut());
    }

    [Fact]
    public void FirstQuestion_MayBeAboutAYank_AManifest_OrSettings()
    {
        _origin.Open().Yank(ModelId.Parse("m/1.0.0"), "bad");

        using (var session = Open()) Assert.Equal("bad", session.Registry.GetYank(ModelId.Parse("m/1.0.0"))!.Reason);
        using (var session = Open()) Assert.Equal("n/1.0.0", session.Registry.Get(ModelId.Parse("n/1.0.0")).Id.ToString());
        using (var session = Open()) Assert.Empty(session.Registry.GetSignatures(ModelId.Parse("n/1.0.0")));
    }

    [Fact]
    public void List_HasAll()
    {
        using var session = Open();

        Assert.Equal([M, N], session.Registry.Names());
        Assert.Equal([], CheckedOut());
        Assert.Equal(["m", "n"], session.Registry.List().Select(f => f.Family.Name.Value));
        Assert.Equal([M, N], session.Registry.Names());
        Expect.Code("MR0203", () => session.Registry.GetFamily(ModelName.Parse("k")));
    }

    [Fact]
    public void FamilyThatIsNotThere_IsExplained_AndChecksNothingOut()
    {
        _origin.Register("resnet18", "weights");
        using var session = Open();

        Assert.Contains("resnet18", Expect.Code("MR0203", () => session.Registry.GetFamily(ModelName.Parse("resnet19"))).Hint, StringComparison.Ordinal);
        Assert.Equal([], CheckedOut());
    }

    [Fact]
    public void ManyFamilies_ComeAllAtOnce()
    {
        var manifest = File.ReadAllText(Path.Combine(_origin.RegistryRoot, "m", "versions", "1.0.0.json"));
        for (var i = 0; i < 40; i++) _origin.File_($"registry/many-{i}/versions/1.0.0.json", manifest.Replace("\"name\": \"m\"", $"\"name\": \"many-{i}\"", StringComparison.Ordinal));
        _origin.Git("add", "registry");
        _origin.Git("commit", "-qm", "many");
        using var session = Open();

        for (var i = 0; i < 9; i++) Resolve(session, ModelName.Parse(string.Create(CultureInfo.InvariantCulture, $"many-{i}")), "latest");

        Assert.Equal(42, CheckedOut().Length);
    }

    [Fact]
    public void FamiliesOfABuild_ComeTogether_AlsoThoseOnlyLookedAt()
    {
        var lockFile = Path.Combine(_origin.Root, ".cache", "models.lock.json");
        LockedResult Build(params ModelName[] names) => new LockedResolver(new LockedResolverOptions { LockFile = lockFile, Address = Url, Registry = _origin.Options with { FallbackPaths = [Path.Combine(_origin.Root, "models")] } })
            .Resolve([.. names.Select(name => new ModelRequest(name, Selector.Latest))]);
        _origin.Register("k", "weights of k");

        Assert.Equal(2, Build(M, N).References.Count);
        Assert.Equal(["m", "n"], CheckedOut());
        Workspace.Empty(Path.Combine(_origin.Options.CacheDirectory!, "registries"));
        var third = Build(M, N, ModelName.Parse("k"));

        Assert.Equal(["k", "m", "n"], CheckedOut());
        Assert.Contains(third.Advisories, advisory => advisory.Request.Name == M);
    }

    [Fact]
    public async Task ManyAtOnce_EachGetsItsFamily_AndNoneIsLost()
    {
        string[] names = [.. Enumerable.Range(0, 4).Select(i => $"p{i}")];
        foreach (var name in names) _origin.Register(name, "weights of " + name);

        await Task.WhenAll(names.Select(name => Task.Run(() =>
        {
            using var session = Open();
            Assert.Equal("1.0.0", Resolve(session, ModelName.Parse(name), "latest"));
        })));

        Assert.Equal(names, CheckedOut());
    }

    [Fact]
    public void Offline_NamedFamiliesAreThere_AndOthersAreMissedByCode()
    {
        using (var online = Open()) Resolve(online, M, "latest");
        Directory.Move(_origin.RegistryRoot, _origin.RegistryRoot + ".away");
        Directory.Move(Path.Combine(_origin.Root, ".git"), Path.Combine(_origin.Root, ".git.away"));

        using var session = Open(_origin.Options with { Offline = true });

        Assert.Equal("1.0.0", Resolve(session, M, "latest"));
        Assert.Equal([M, N], session.Registry.Names());
        Expect.Code("MR0713", () => session.Registry.GetFamily(N));
        Expect.Code("MR0713", () => session.Registry.List());
        Assert.Equal("1.0.0", Resolve(session, M, "latest"));
    }

    [Fact]
    public void ServerThatSendsEverything_NeedsNoNetworkForOthers()
    {
        _origin.Git("config", "uploadpack.allowFilter", "false");
        using (var online = Open()) Resolve(online, M, "latest");
        Directory.Move(Path.Combine(_origin.Root, ".git"), Path.Combine(_origin.Root, ".git.away"));

        using var session = Open(_origin.Options with { Offline = true });

        Assert.Equal("1.0.0", Resolve(session, N, "latest"));
        Assert.Equal(2, session.Registry.List().Count);
    }

    [Fact]
    public void CloneOfAnEarlierVersion_HasAll_AndStaysSo()
    {
        Open().Dispose();
        Workspace.GitIn(Clone(), "sparse-checkout", "set", "--no-cone", "/registry/", "/.gitattributes");

        using var session = Open(_origin.Options with { Offline = true, GitExecutable = "no-git-here" });

        Assert.Equal("1.0.0", Resolve(session, N, "latest"));
        Assert.Equal(2, session.Registry.List().Count);
    }

    [Fact]
    public void CheckoutThatWasKilled_IsDoneAgain_AndACutFileIsMade_Whole()
    {
        Open().Dispose();
        var git = Path.Combine(Clone(), ".git");
        Directory.CreateDirectory(Path.Combine(Clone(), "registry", "n", "versions"));
        File.WriteAllText(Path.Combine(Clone(), "registry", "n", "versions", "1.0.0.json"), "{ \"cut");
        var now = DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Combine(git, "modelreg-git"), $"0 {now} {now}");
        foreach (var name in new[] { "index.lock", "info/sparse-checkout.lock" }) File.WriteAllText(Path.Combine(git, name), "");

        using var session = Open();

        Assert.Equal("1.0.0", Resolve(session, N, "latest"));
        Assert.Equal("m/1.0.0", session.Registry.Get(ModelId.Parse("m/1.0.0")).Id.ToString());
        Assert.False(File.Exists(Path.Combine(git, "info", "sparse-checkout.lock")));
    }

    [Fact]
    public void CloneThatIsMadeAgain_KeepsWhatWasNamed()
    {
        using (var first = Open()) Resolve(first, N, "latest");
        // No note tells whose it is, so git cannot go on here.
        File.WriteAllText(Path.Combine(Clone(), ".git", "shallow.lock"), "");
        using (var second = Open()) Resolve(second, M, "latest");

        Assert.Equal(["m", "n"], CheckedOut());
    }

    [Fact]
    public void RegistryAtTheTop_HidesFamiliesToo()
    {
        _origin.Git("mv", "registry/registry.json", "registry/m", "registry/n", ".");
        _origin.File_("src/app.txt", "app");
        _origin.Git("add", "src");
        _origin.Git("commit", "-qm", "top");
        using (var first = Open()) Assert.Equal("1.0.0", Resolve(first, M, "1.0.0"));

        Assert.True(File.Exists(Path.Combine(Clone(), "m", "versions", "1.0.0.json")));
        Assert.False(Directory.Exists(Path.Combine(Clone(), "n", "versions")));
        using var session = Open();
        Assert.Equal([M, N], session.Registry.Names());
        Assert.Equal(2, session.Registry.List().Count);
    }

    [Fact]
    public void LockedBuildOffline_WhoseFamilyNobodyNamedHere_NeedsOnlyTheLock()
    {
        var fallback = _origin.Options with { Offline = true, CacheDirectory = Path.Combine(_origin.Root, ".cache", "other"), FallbackPaths = [Path.Combine(_origin.Root, "models")] };
        LockedResult Locked(RegistryOptions options) =>
            new LockedResolver(new LockedResolverOptions { LockFile = Path.Combine(_origin.Root, ".cache", "models.lock.json"), Address = Url, Registry = options }).Resolve([new ModelRequest(N, Selector.Latest)]);
        Locked(fallback with { Offline = false });
        Workspace.Empty(fallback.CacheDirectory!);
        using (var other = Open(fallback with { Offline = false })) Resolve(other, M, "latest");
        Directory.Move(Path.Combine(_origin.Root, ".git"), Path.Combine(_origin.Root, ".git.away"));

        var built = Locked(fallback);

        Assert.Equal("n/1.0.0", Assert.Single(built.References).Id.ToString());
        Assert.Empty(built.Advisories);
    }

    public void Dispose() => _origin.Dispose();

    private string Url => new Uri(_origin.Root).AbsoluteUri;

    private RegistrySession Open(RegistryOptions? options = null) => RegistrySession.Open(Url, options ?? _origin.Options);

    private static string Resolve(RegistrySession session, ModelName name, string selector) =>
        session.Registry.Resolve(name, Selector.Parse(selector), new ResolveOptions { Fetch = false }).Manifest.Version.Value;

    private string Clone() => Assert.Single(Directory.GetDirectories(Path.Combine(_origin.Options.CacheDirectory!, "registries")), folder => Directory.Exists(Path.Combine(folder, ".git")));

    private string[] CheckedOut() => [.. Directory.GetDirectories(Path.Combine(Clone(), "registry")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];
}
