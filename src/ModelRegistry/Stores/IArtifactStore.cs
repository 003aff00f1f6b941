namespace ModelRegistry.Stores;

/// <summary>A blob as a store is asked for it.</summary>
/// <param name="Family">The model that it belongs to: some stores keep each in a place of its own.</param>
/// <param name="Digest">The SHA-256 of its content, which decides.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record Artifact(ModelName Family, Digest Digest, long Size)
{
    /// <summary>Other families that have the same blob: a store that keeps each family apart may take it over from there.</summary>
    public IReadOnlyList<ModelName> AlsoIn { get; init; } = [];

    /// <summary>
    /// What the store called its content when a part of it was fetched (<see cref="ArtifactContent.Version"/>). A store that has other content
    /// now gives all of it, not the rest. Null: not known.
    /// </summary>
    public string? Version { get; init; }
}

/// <summary>
/// A place that holds artifacts and can be read. What else it can do it says by further interfaces: <see cref="IArtifactWriter"/>,
/// <see cref="IArtifactLister"/>, <see cref="IArtifactRemover"/>. Nobody believes what a store answers: the digest is checked by who asked.
/// Instances are used from several threads. Expected failures are <see cref="Diagnostics.ModelRegistryException"/>.
/// </summary>
public interface IArtifactStore
{
    /// <summary>What messages call it: its name in <c>registry.json</c>.</summary>
    string Name { get; }

    /// <summary>Where it is, for messages: never with a secret in it.</summary>
    string Place { get; }

    /// <summary>The length of a blob; null where the store does not have it.</summary>
    ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation);

    /// <summary>Opens a blob at an offset. A store that cannot begin there begins earlier and says where.</summary>
    /// <returns>The content; null where the store does not have the blob.</returns>
    ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation);
}

/// <summary>Bytes of a blob from an offset to its end.</summary>
/// <param name="Stream">The bytes; whoever asked disposes of it.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">The length of the whole blob, where the store says it.</param>
public sealed record ArtifactContent(Stream Stream, long Offset, long? Length) : IAsyncDisposable
{
    /// <summary>What the store calls this content, such as an entity tag; other content has another. Null where it has no name for it.</summary>
    public string? Version { get; init; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}

/// <summary>A store that can be written.</summary>
public interface IArtifactWriter
{
    /// <summary>Puts a blob there from a file that holds it.</summary>
    /// <returns>False where the store has it already; nothing was sent then.</returns>
    ValueTask<bool> PutAsync(Artifact artifact, string file, IProgress<TransferProgress>? progress, CancellationToken cancellation);
}

/// <summary>A store that knows what it holds.</summary>
public interface IArtifactLister
{
    /// <summary>The digests of all blobs, in no order.</summary>
    IAsyncEnumerable<Digest> ListAsync(CancellationToken cancellation);
}

/// <summary>A store that can give up a blob.</summary>
public interface IArtifactRemover
{
    /// <summary>Deletes a blob.</summary>
    /// <returns>False where the store did not have it.</returns>
    ValueTask<bool> DeleteAsync(Artifact artifact, CancellationToken cancellation);
}

/// <summary>Opens stores of one kind from an entry of <c>registry.json</c>.</summary>
public interface IArtifactStoreFactory
{
    /// <summary>Opens the store; null where the entry is of another kind.</summary>
    /// <param name="settings">The entry; fields that the format does not know are in <c>Unknown</c>.</param>
    /// <param name="registry">The registry directory, which relative paths are relative to.</param>
    /// <param name="options">Environment, clock, messages, folders.</param>
    IArtifactStore? TryOpen(StoreSettings settings, string registry, RegistryOptions options);
}
