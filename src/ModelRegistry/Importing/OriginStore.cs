using ModelRegistry.Stores;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Importing;

/// <summary>The place that a model is imported from, as a store that has its files by digest.</summary>
internal sealed class OriginStore(string place, StoreTransport transport, IReadOnlyDictionary<Digest, Uri> addresses) : IArtifactStore
{
    private readonly BlobRequests _blobs = new(transport);

    public string Name => OriginStores.Name;

    public string Place => place;

    public async ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation) =>
        addresses.TryGetValue(artifact.Digest, out var address) ? await _blobs.FindAsync(address, artifact.Size, cancellation).ConfigureAwait(false) : null;

    public async ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation) =>
        addresses.TryGetValue(artifact.Digest, out var address) ? await _blobs.OpenAsync(address, offset, artifact.Version, cancellation).ConfigureAwait(false) : null;
}
