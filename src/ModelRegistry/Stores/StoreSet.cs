using ModelRegistry.Diagnostics;
using ModelRegistry.Stores.Http;
using ModelRegistry.Stores.Oci;
using ModelRegistry.Stores.S3;

namespace ModelRegistry.Stores;

/// <summary>The stores of a registry, opened from its settings: the one place that knows which kinds there are.</summary>
internal sealed class StoreSet
{
    private static readonly IArtifactStoreFactory[] BuiltIn = [new FolderStoreFactory(), new HttpStoreFactory(), new OciStoreFactory(), new S3StoreFactory()];

    private StoreSet(FolderStore? local, FolderStore? cache, IReadOnlyList<IArtifactStore> named, IReadOnlyList<IArtifactStore> order)
    {
        Local = local;
        Cache = cache;
        Named = named;
        Order = order;
    }

    /// <summary>The store that registrations write to; null where there is no registry.</summary>
    public FolderStore? Local { get; }

    /// <summary>The per-user cache.</summary>
    public FolderStore? Cache { get; }

    /// <summary>The stores of <c>registry.json</c> in their order.</summary>
    public IReadOnlyList<IArtifactStore> Named { get; }

    /// <summary>All of them in the order in which an artifact is looked for.</summary>
    public IReadOnlyList<IArtifactStore> Order { get; }

    /// <summary>Opens the stores of a registry. Entries of a kind that is not known are passed over: a newer version wrote them.</summary>
    public static StoreSet Open(RegistryLayout layout, RegistrySettings settings, RegistryOptions options)
    {
        var named = OpenAll(settings.Stores, layout.Root, options);
        var local = named.OfType<FolderStore>().FirstOrDefault(store => !store.ReadOnly) ?? new FolderStore("local", Path.Combine(layout.Root, "..", "models"));
        if (!named.Contains(local)) named.Insert(0, local);
        return Compose(local, named, options);
    }

    /// <summary>What is on this machine without a registry: the cache and the fallback folders.</summary>
    public static StoreSet WithoutRegistry(RegistryOptions options) => Compose(local: null, [], options);

    /// <summary>What can be reached where there is no registry but the stores that somebody wrote down.</summary>
    public static StoreSet Pinned(IEnumerable<StoreSettings> stores, RegistryOptions options) => Compose(local: null, OpenAll(stores, options.WorkingDirectory, options), options);

    /// <summary>Makes the store of a new registry.</summary>
    public static FolderStore Create(string root, bool tracked)
    {
        var store = new FolderStore("local", root) { Tracked = tracked };
        store.Create();
        return store;
    }

    /// <summary>The per-user cache; null for none.</summary>
    public static FolderStore? CacheOf(RegistryOptions options) => options.CacheDirectory is { } folder ? new FolderStore("cache", Path.Combine(folder, "store")) { Options = options } : null;

    private static List<IArtifactStore> OpenAll(IEnumerable<StoreSettings> stores, string registry, RegistryOptions options)
    {
        var factories = options.StoreFactories.Concat(BuiltIn).ToList();
        return [.. stores.Select(entry => TryOpen(entry, factories, registry, options)).OfType<IArtifactStore>()];
    }

    private static IArtifactStore? TryOpen(StoreSettings entry, List<IArtifactStoreFactory> factories, string registry, RegistryOptions options)
    {
        try
        {
            return factories.Select(factory => factory.TryOpen(entry, registry, options)).FirstOrDefault(store => store is not null);
        }
        catch (ModelRegistryException failure)
        {
            return new UnusableStore(entry.Name, failure);
        }
    }

    private static StoreSet Compose(FolderStore? local, List<IArtifactStore> named, RegistryOptions options)
    {
        var cache = CacheOf(options);
        var fallback = options.FallbackPaths.Select(path => new FolderStore("fallback", path) { ReadOnly = true });
        IArtifactStore?[] first = [local, cache];
        return new StoreSet(local, cache, named, [.. first.OfType<IArtifactStore>(), .. named.Where(store => store != local), .. fallback]);
    }
}
