using System.Collections.Concurrent;
using ModelRegistry.Stores;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>A store that this test project adds: a new kind of store is a class and a factory, and no edit of the product.</summary>
public sealed class StoreOfATestTests : ArtifactStoreContract
{
    private protected override IArtifactStore Store => field ??= new MemoryStore("memory");

    [Fact]
    public async Task Resolve_StoreAddedByItsFactory_ServesWhatTheLocalStoreLost()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "weights");
        var memory = new MemoryStore("memory");
        var artifact = new Artifact(ModelName.Parse("m"), Digest.Of("weights"u8), 7);
        await memory.PutAsync(artifact, workspace.File_("again", "weights"), null, default);
        var settings = Path.Combine(workspace.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\": [", "\"stores\": [ { \"name\": \"ram\", \"memory\": \"1\" }, ", StringComparison.Ordinal));
        Workspace.Empty(Path.Combine(workspace.Root, "models", "blobs", "sha256"));
        Workspace.Empty(Path.Combine(workspace.Root, ".cache"));

        var options = workspace.Options with { StoreFactories = [new MemoryStoreFactory(memory)] };
        var resolution = RegistrySession.Open(workspace.Root, options).Registry.Resolve(ModelName.Parse("m"), Selector.Latest);

        Assert.Equal("weights", await File.ReadAllTextAsync(resolution.Weights.LocalPath!));
        Expect.Code("MR0301", () => RegistrySession.Open(workspace.Root, options with { CacheDirectory = Path.Combine(workspace.Root, ".cache", "2"), Offline = true }).Registry.Resolve(ModelName.Parse("m"), Selector.Latest));
    }

    private sealed class MemoryStoreFactory(MemoryStore store) : IArtifactStoreFactory
    {
        public IArtifactStore? TryOpen(StoreSettings settings, string registry, RegistryOptions options) => settings.Unknown?.ContainsKey("memory") == true ? store : null;
    }

    private sealed class MemoryStore(string name) : IArtifactStore, IArtifactWriter
    {
        private readonly ConcurrentDictionary<Digest, byte[]> _blobs = new();

        public string Name => name;

        public string Place => "in memory";

        public ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation) => ValueTask.FromResult<long?>(_blobs.TryGetValue(artifact.Digest, out var blob) ? blob.Length : null);

        public ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation) =>
            ValueTask.FromResult(_blobs.TryGetValue(artifact.Digest, out var blob) ? new ArtifactContent(new MemoryStream(blob), 0, blob.Length) : null);

        public async ValueTask<bool> PutAsync(Artifact artifact, string file, IProgress<TransferProgress>? progress, CancellationToken cancellation) =>
            _blobs.TryAdd(artifact.Digest, await File.ReadAllBytesAsync(file, cancellation));
    }
}
