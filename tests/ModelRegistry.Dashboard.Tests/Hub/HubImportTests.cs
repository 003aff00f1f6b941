using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;
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
        Directory.Delete(_cache, recursive: true);
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

    private Registry Open() => RegistrySession.OpenWorkingCopy(_here.Folder, new RegistryOptions
    {
        Examiner = new WeightsExaminer(),
        CacheDirectory = _cache,
        Variable = name => name == "HF_ENDPOINT" ? _dashboard.Address.ToString() : null,
    }).Registry;

    private string Config()
    {
        var path = Path.Combine(_upstream.Folder, "config.json");
        File.WriteAllText(path, """{ "architecture": "mlp", "label_names": ["cat", "dog"] }""");
        return path;
    }
}
