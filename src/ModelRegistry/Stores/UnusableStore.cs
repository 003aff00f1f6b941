using ModelRegistry.Diagnostics;

namespace ModelRegistry.Stores;

/// <summary>A store whose entry in <c>registry.json</c> is wrong. Only who needs it is told: what the other stores hold stays in reach.</summary>
internal sealed class UnusableStore(string name, ModelRegistryException why) : IArtifactStore, IArtifactWriter
{
    public string Name => name;

    public string Place => "(its entry in registry.json is not valid)";

    public ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation) => throw why;

    public ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation) => throw why;

    public ValueTask<bool> PutAsync(Artifact artifact, string file, IProgress<TransferProgress>? progress, CancellationToken cancellation) => throw why;
}
