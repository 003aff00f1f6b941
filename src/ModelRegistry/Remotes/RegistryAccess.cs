using ModelRegistry.Files;

namespace ModelRegistry.Remotes;

/// <summary>A registry while it is being read. A clone stays as it is until this is disposed.</summary>
public sealed class RegistryAccess : IDisposable
{
    private readonly RegistryClone? _clone;
    private readonly FileLock? _lock;

    internal RegistryAccess(Registry registry, RegistryClone? clone, FileLock? held)
    {
        Registry = registry;
        _clone = clone;
        _lock = held;
    }

    /// <summary>The registry.</summary>
    public Registry Registry { get; }

    internal bool CanFetch => _clone is not null;

    /// <summary>
    /// Brings artifacts that are committed in the registry's repository, and that this machine does not have, into the clone's store.
    /// Does nothing for a registry in a directory, or offline.
    /// </summary>
    public void FetchCommitted(IEnumerable<Digest> digests, CancellationToken cancellation = default) =>
        _clone?.FetchCommitted(Registry, digests, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();
}
