using ModelRegistry.Diagnostics;
using ModelRegistry.Families;
using ModelRegistry.Files;
using ModelRegistry.Registration;
using ModelRegistry.Remotes;
using ModelRegistry.Stores;

namespace ModelRegistry;

/// <summary>One open registry: where its files stand and what reads and writes them.</summary>
internal sealed class RegistryContext
{
    public RegistryContext(string root, RegistryOptions options, RegistryClone? clone = null)
    {
        Layout = new RegistryLayout(Path.GetFullPath(root));
        Options = options;
        Settings = RegistryDocument.Read<RegistrySettings>(Layout.Settings, Codes.RegistryUnreadable);
        var stores = Settings.Stores.Where(s => s.Path is not null).Select(s => new FolderStore(s.Name, Path.Combine(Layout.Root, s.Path!), s.Tracked)).ToList();
        if (stores.Count == 0) stores.Add(new FolderStore("local", Path.Combine(Layout.Root, "..", "models"), tracked: false));
        Store = stores[0];
        Stores = stores;
        Cache = CacheOf(options);
        Artifacts = new ArtifactResolver(stores, Cache, options, clone is null ? null : (digests, cancellation) => clone.FetchCommitted(stores, digests, cancellation));
        FetchesCommitted = clone is not null;
        PendingWrites = new PendingWrites(Layout, options);
        Families = new FamilyReader(Layout, PendingWrites, options);
    }

    public RegistryLayout Layout { get; }

    public RegistryOptions Options { get; }

    public RegistrySettings Settings { get; }

    /// <summary>The store that is written.</summary>
    public FolderStore Store { get; }

    public IReadOnlyList<FolderStore> Stores { get; }

    public FolderStore? Cache { get; }

    public ArtifactResolver Artifacts { get; }

    /// <summary>Whether artifacts that are committed in the registry's repository come when they are asked for.</summary>
    public bool FetchesCommitted { get; }

    public PendingWrites PendingWrites { get; }

    public FamilyReader Families { get; }

    /// <summary>The per-user cache of artifacts.</summary>
    public static FolderStore? CacheOf(RegistryOptions options) =>
        options.CacheDirectory is { } cache ? new FolderStore("cache", Path.Combine(cache, "store"), tracked: false) : null;

    /// <summary>Every manifest file, whether it can be read or not.</summary>
    public IEnumerable<string> AllManifestPaths() =>
        Directory.EnumerateDirectories(Layout.Root)
            .Select(family => Path.Combine(family, RegistryLayout.VersionsFolder))
            .Where(Directory.Exists)
            .SelectMany(versions => Directory.EnumerateFiles(versions, "*.json"))
            .Order(StringComparer.Ordinal);

    /// <summary>A manifest that is what its path says.</summary>
    public Manifest ReadManifest(ModelId id) => ReadResolved(id).Manifest;

    /// <summary>A manifest that is what its path says, with the bytes that it was read from.</summary>
    public ResolvedManifest ReadResolved(ModelId id)
    {
        var path = Layout.Manifest(id);
        var (manifest, content) = RegistryDocument.ReadWithContent<Manifest>(path, Codes.ManifestInvalid);
        if (manifest.Id != id) throw Codes.ManifestMismatch.Error($"{path} says that it is {manifest.Id}", "restore the file with git, or run 'modelreg doctor'");
        return new ResolvedManifest(path, content, ManifestRules.Check(manifest, path));
    }
}
