using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;
using ModelRegistry.Diagnostics;
using ModelRegistry.Locking;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Tests.Hub;

/// <summary>The server is the hub that the import reads: each proves the other.</summary>
public sealed class HubImportTests : IAsyncLifetime, IDisposable
{
    private readonly TestRegistry _upstream = new();
    private readonly TestRegistry _here = new();
    private readonly string _cache = Directory.CreateTempSubdirectory("mr-import-").FullName;
    private RunningDashboard _dashboard = null!;

    public async Task InitializeAsync()
    {
        _upstream.Register("digits", 0.9, change: request => request with
        {
            License = "MIT",
            Files = [new FileToRegister(request.Files[0].Source, null, RelativeFilePath.Parse("unet/weights.safetensors")), new FileToRegister(Config())],
        });
        _dashboard = await RunningDashboard.Start(_upstream, new DashboardOptions { ReadOnly = true, HubNamespace = "team" });
    }

    public async Task DisposeAsync() => await _dashboard.DisposeAsync();

    public void Dispose()
    {
        _upstream.Dispose();
        _here.Dispose();
        if (Directory.Exists(_cache)) Directory.Delete(_cache, recursive: true);
    }

    [Fact]
    public async Task AModelOfARegistry_IsImportedIntoAnother_AndOutdatedSeesTheNextVersion()
    {
        var source = _upstream.Open().Get(ModelId.Parse("digits/1.0.0"));

        var result = await Task.Run(() => Open().Import(new OriginRequest("hf://team/digits")));

        Assert.Equal("digits/1.0.0", result.Id.ToString());
        Assert.Equal(source.Files.Select(file => (file.Path, file.Digest, file.Scan)), result.Manifest.Files.Where(file => file.Role != FileRoles.Labels).Select(file => (file.Path, file.Digest, file.Scan)));
        Assert.Equal(_upstream.Open().CommitOf(source.Id), result.Manifest.Lineage!.Origin!.Revision);
        Assert.Equal(("MIT", "mlp"), (result.Manifest.License, result.Manifest.Architecture));
        Assert.False(await Task.Run(() => Open().Import(new OriginRequest("hf://team/digits")).Created));
        Assert.False(Assert.Single(await Task.Run(() => Open().Outdated())).HasMoved);
        _upstream.Register("digits", 0.95);
        Assert.True(Assert.Single(await Task.Run(() => Open().Outdated())).HasMoved);
    }

    [Fact]
    public async Task AModelThatStaysUpstream_IsPinned_FetchedOnDemandOnce_AndRefusedWhereItWasAltered()
    {
        var id = (await Task.Run(() => Open().Import(new OriginRequest("hf://team/digits") { Remote = true }))).Id;
        Directory.Delete(_cache, recursive: true);
        var pinned = new LockedResolver(new LockedResolverOptions { LockFile = Path.Combine(_here.Folder, "models.lock.json"), Address = _here.Folder, Registry = Options() })
            .Resolve([new ModelRequest(id.Name, Selector.Parse("latest")) { OnDemand = true }]).References[0];
        var app = OnDemandModel.Parse(id.Name.Value, OnDemandModel.Write(pinned), Options());

        var weights = (await app.EnsureAsync()).WeightsPath;

        Assert.Equal(pinned.Locked.Files[0].Digest, Digest.Of(await File.ReadAllBytesAsync(weights)));
        _upstream.Register("digits", 0.95);
        Assert.True(Assert.Single(await Task.Run(() => Open().Outdated())).HasMoved);
        Directory.Delete(_cache, recursive: true);
        var upstream = _upstream.Open().Locate(pinned.Locked.Files[0], ModelId.Parse("digits/1.0.0"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(upstream, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(upstream, new byte[new FileInfo(upstream).Length]);
        await Assert.ThrowsAsync<ModelRegistryException>(() => app.EnsureAsync());
        Assert.False(app.IsAvailable);
    }

    private Registry Open() => RegistrySession.OpenWorkingCopy(_here.Folder, Options() with { Examiner = new WeightsExaminer() }).Registry;

    private RegistryOptions Options() => new() { CacheDirectory = _cache, Variable = name => name == "HF_ENDPOINT" ? _dashboard.Address.ToString() : null };

    private string Config()
    {
        var path = Path.Combine(_upstream.Folder, "config.json");
        File.WriteAllText(path, """{ "architecture": "mlp", "label_names": ["cat", "dog"] }""");
        return path;
    }
}
