using ModelRegistry.Diagnostics;
using ModelRegistry.Families;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Importing;
using ModelRegistry.Manifests;
using ModelRegistry.Registration;
using ModelRegistry.Remotes;
using ModelRegistry.Stores;

namespace ModelRegistry;

/// <summary>One open registry: where its files stand and what reads and writes them.</summary>
internal sealed class RegistryContext
{
    public RegistryContext(string root, RegistryOptions options, RegistryClone? clone = null, bool online = false)
    {
        Layout = new RegistryLayout(Path.GetFullPath(root));
        Options = options;
        Settings = RegistryDocument.Read<RegistrySettings>(Layout.Settings, Codes.RegistryUnreadable);
        AllStores = StoreSet.Open(Layout, Settings, options);
        Artifacts = new ArtifactResolver(AllStores, options, clone is null || !online ? null : (digests, cancellation) => clone.FetchCommitted(Stores, digests, cancellation), OriginOf);
        FetchesCommitted = clone is not null && online;
        PendingWrites = new PendingWrites(Layout, options);
        Families = new FamilyReader(Layout, PendingWrites, options, clone?.FamiliesOf(Layout.Root, online));
    }

    public RegistryLayout Layout { get; }

    public RegistryOptions Options { get; }

    public RegistrySettings Settings { get; }

    /// <summary>The store that is written.</summary>
    public FolderStore Store => AllStores.Local!;

    /// <summary>Every store, and the order in which they are asked.</summary>
    public StoreSet AllStores { get; }

    /// <summary>The stores of <c>registry.json</c> that are folders, the one that is written first.</summary>
    public IReadOnlyList<FolderStore> Stores => field ??= [Store, .. AllStores.Named.OfType<FolderStore>().Where(store => store != Store)];

    public ArtifactResolver Artifacts { get; }

    /// <summary>Whether artifacts that are committed in the registry's repository come when they are asked for.</summary>
    public bool FetchesCommitted { get; }

    public PendingWrites PendingWrites { get; }

    public FamilyReader Families { get; }

    /// <summary>The git repository that remembers what was done.</summary>
    /// <exception cref="ModelRegistryException">MR0402: there is none.</exception>
    public GitRepository RepositoryOfHistory() => GitRepository.Find(Layout.Root, Options)
        ?? throw Codes.NotARepository.Error($"{Layout.Root} is not in a git repository, so there is no history", "run 'git init' there");

    /// <summary>Every manifest file, whether it can be read or not.</summary>
    public IEnumerable<string> AllManifestPaths() => ManifestPathsBelow(Layout.Root);

    /// <summary>Every manifest file of a registry directory.</summary>
    public static IEnumerable<string> ManifestPathsBelow(string root) =>
        Directory.EnumerateDirectories(root)
            .Select(family => Path.Combine(family, RegistryLayout.VersionsFolder))
            .Where(Directory.Exists)
            .SelectMany(versions => Directory.EnumerateFiles(versions, "*.json"))
            .Order(StringComparer.Ordinal);

    private IArtifactStore? OriginOf(ModelId id)
    {
        if (!File.Exists(Layout.Manifest(id))) return null;
        try
        {
            var manifest = ReadManifest(id);
            return OriginStores.Of(manifest.Lineage?.Origin, manifest.Files, Options);
        }
        catch (ModelRegistryException)
        {
            // Whoever reads the manifest is told.
            return null;
        }
    }

    /// <summary>A manifest that is what its path says.</summary>
    public Manifest ReadManifest(ModelId id) => ReadResolved(id).Manifest;

    /// <summary>A manifest that is what its path says, with the bytes that it was read from.</summary>
    public ResolvedManifest ReadResolved(ModelId id)
    {
        Families.CheckOut(id.Name);
        var path = Layout.Manifest(id);
        var (manifest, content) = RegistryDocument.ReadWithContent<Manifest>(path, Codes.ManifestInvalid);
        if (manifest.Id != id) throw Codes.ManifestMismatch.Error($"{path} says that it is {manifest.Id}", "restore the file with git, or run 'modelreg doctor'");
        return new ResolvedManifest(path, content, ManifestRules.Check(manifest, path));
    }
}
