namespace ModelRegistry.Stores;

/// <summary>Opens entries with a <c>path</c>: a folder beside the registry, or a share.</summary>
internal sealed class FolderStoreFactory : IArtifactStoreFactory
{
    public IArtifactStore? TryOpen(StoreSettings settings, string registry, RegistryOptions options) =>
        settings.Path is { } path ? new FolderStore(settings.Name, Path.Combine(registry, path)) { Options = options, Tracked = settings.Tracked, ReadOnly = settings.ReadOnly } : null;
}
