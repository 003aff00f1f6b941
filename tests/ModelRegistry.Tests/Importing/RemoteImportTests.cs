using System.Text;
using ModelRegistry.Locking;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Importing;

/// <summary>Models whose manifest is here and whose bytes stay where they came from.</summary>
public sealed class RemoteImportTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly StandInHub _hub = new();
    private readonly RegistrationResult _imported;

    public RemoteImportTests() => _imported = Open("importer").Import(new OriginRequest("hf://org/repo") { Remote = true });

    [Fact]
    public void ARemoteImport_KeepsTheManifestAlone_AndTheOriginServesWhoNeedsTheBytes_Once()
    {
        Assert.True(_imported.Manifest.Lineage!.Origin!.Remote);
        Assert.Equal(["README.md", "config.json", "model.safetensors"], _imported.Manifest.Files.Select(file => file.Path.Value).Order(StringComparer.Ordinal));
        Assert.Empty(Blobs());
        Assert.True(_workspace.Open().Doctor().Healthy);
        Assert.False(Open("importer").Import(new OriginRequest("hf://org/repo") { Remote = true }).Created);

        var resolved = Open("user").Resolve(_imported.Id.Name, Selector.Parse("latest"));

        Assert.Equal(_hub.Files["model.safetensors"], File.ReadAllBytes(resolved.Weights.LocalPath!));
        Assert.Empty(Blobs());
        var asked = _hub.Requests.Count();
        Open("user", offline: true).Resolve(_imported.Id.Name, Selector.Parse("latest"));
        Assert.Equal(asked, _hub.Requests.Count());
    }

    [Fact]
    public void OtherBytesAtTheOrigin_AreRefused_AndAnOriginThatIsGone_IsOneErrorWithEveryPlace()
    {
        _hub.Files["model.safetensors"][100] ^= 1;
        Assert.Contains("what origin has for model.safetensors", Expect.Code("MR0302", () => Resolve("altered")).Message, StringComparison.Ordinal);

        _hub.Lie = (_, _) => ServedAnswer.Empty(404);
        var gone = Expect.Code("MR0301", () => Resolve("gone"));

        foreach (var place in new[] { "models", "cache ", $"origin {_hub.Address}/org/repo@aaaaaaaaaaaa (not there)" }) Assert.Contains(place, gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMirrorThatHasTheDigest_ServesAsWell_AndTheOriginIsNotAsked()
    {
        var asked = _hub.Requests.Count();
        var mirror = Path.Combine(_workspace.Root, ".cache", "importer", "store");
        foreach (var small in new[] { "config.json", "README.md" }) File.WriteAllBytes(Path.Combine(mirror, "blobs", "sha256", Digest.Of(_hub.Files[small]).Hex), _hub.Files[small]);

        var resolved = Open("user", fallback: mirror).Resolve(_imported.Id.Name, Selector.Parse("latest"));

        Assert.Equal(_hub.Files["model.safetensors"], File.ReadAllBytes(resolved.Weights.LocalPath!));
        Assert.Equal(asked, _hub.Requests.Count());
    }

    [Fact]
    public async Task ALockFile_IsEnough_ForABuildWithoutTheRegistry_AndForAnAppOnDemand()
    {
        var path = Path.Combine(_workspace.Root, "models.lock.json");
        LockedResult Build(string cache, bool onDemand) => new LockedResolver(new LockedResolverOptions { LockFile = path, Address = _workspace.Root, Registry = Options(cache) })
            .Resolve([new ModelRequest(_imported.Id.Name, Selector.Parse("latest")) { OnDemand = onDemand }]);

        var first = Build("first", onDemand: true);
        Assert.DoesNotContain(first.Advisories, advisory => advisory.Diagnostic.Code == "MR0719");
        var app = await OnDemandModel.Parse("repo", OnDemandModel.Write(first.References[0]), Options("app")).EnsureAsync();
        Assert.Equal(_hub.Files["model.safetensors"], File.ReadAllBytes(app.WeightsPath));

        Directory.Move(_workspace.RegistryRoot, _workspace.RegistryRoot + "-gone");
        var alone = new LockedResolver(new LockedResolverOptions { LockFile = path, Registry = Options("alone") with { WorkingDirectory = Path.GetTempPath() } })
            .Resolve([new ModelRequest(_imported.Id.Name, Selector.Parse("latest"))]);
        Assert.Equal(_hub.Files["model.safetensors"], File.ReadAllBytes(alone.References[0].Files[0].LocalPath!));
    }

    [Fact]
    public void AFileOfAWebServer_StaysThere_AndIsAskedForWithoutTheUsersToken()
    {
        var content = Encoding.UTF8.GetBytes("a file of a web server");
        using var server = new LoopbackServer(request => request.Path == "/m.onnx" ? new ServedAnswer(200, content, ("ETag", "\"1\"")) : ServedAnswer.Empty(404));
        var id = Open("importer").Import(new OriginRequest($"{server.Address}/m.onnx") { Remote = true, Digest = Digest.Of(content) }).Id;
        var before = server.Requests.Count;

        var resolved = Open("user").Resolve(id.Name, Selector.Parse("latest"));

        Assert.Equal(content, File.ReadAllBytes(resolved.Weights.LocalPath!));
        Assert.All(server.Requests.Skip(before), request => Assert.Null(request.Header("Authorization")));
        Assert.Empty(Blobs());
    }

    public void Dispose()
    {
        _hub.Dispose();
        _workspace.Dispose();
    }

    private Resolution Resolve(string cache) => Open(cache).Resolve(_imported.Id.Name, Selector.Parse("latest"));

    private string[] Blobs() => Directory.Exists(Path.Combine(_workspace.Root, "models", "blobs", "sha256")) ? Directory.GetFiles(Path.Combine(_workspace.Root, "models", "blobs", "sha256")) : [];

    private Registry Open(string cache, bool offline = false, string? fallback = null) =>
        RegistrySession.Open(_workspace.Root, Options(cache) with { Offline = offline, FallbackPaths = fallback is null ? [] : [fallback] }).Registry;

    // A clock that stands still would wait for ever between attempts.
    private RegistryOptions Options(string cache) => _workspace.Options with
    {
        CacheDirectory = Path.Combine(_workspace.Root, ".cache", cache),
        Clock = TimeProvider.System,
        Variable = name => name == "HF_ENDPOINT" ? _hub.Address : name == "MODELREG_IMPORT_TOKEN" ? "secret" : null,
    };
}
