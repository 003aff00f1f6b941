using System.Reflection;
using ModelRegistry.Dashboard.Activity;
using ModelRegistry.Dashboard.Assets;
using ModelRegistry.Dashboard.Cards;
using ModelRegistry.Dashboard.Changes;
using ModelRegistry.Dashboard.Compare;
using ModelRegistry.Dashboard.Drafts;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Files;
using ModelRegistry.Dashboard.Hub;
using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Dashboard.Lineages;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Models;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Security;
using ModelRegistry.Dashboard.Trying;
using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Everything that one open registry needs to be shown.</summary>
public sealed class DashboardServices : IAsyncDisposable
{
    public DashboardServices(Registry registry, DashboardOptions options, TimeProvider clock)
    {
        Registry = registry;
        Options = options;
        Clock = clock;
        Reader = new RegistryReader(registry);
        Audit = new AuditReader(registry);
        Hub = new HubReader(registry, Audit);
        Cards = new CardReader(registry);
        Layers = new LayerReader(registry);
        Heads = new VersionHeads(Reader, Audit);
        Models = new ModelsQuery(clock);
        Family = new FamilyQuery(Reader, Audit, Cards);
        StoredFiles = new StoredFiles(registry);
        Version = new VersionQuery(StoredFiles, Heads, Layers);
        LayersPages = new LayersQuery(Heads, Layers);
        Compare = new CompareQuery(Reader, Layers, Cards);
        Lineage = new LineageQuery(registry, Heads);
        Activity = new ActivityQuery(registry, Reader, Audit, Cards, clock);
        Card = new CardQuery(Reader, Cards);
        Changes = new ChangeQuery(Reader, Heads);
        Workers = new ModelWorkers(registry, options.LoadedModels, clock, options.RunLimit);
        Trials = new TrialRunner(Workers, registry);
        Drafts = new DraftStore(registry, clock);
        Uploads = new Uploads(registry, Drafts, options.MaxUpload);
        DraftPages = new DraftQuery(Reader, Uploads);
        AccessToken = options.Token ? new AccessToken(clock) : null;
        Hosts = new AllowedHosts(options);
    }

    public DashboardOptions Options { get; }

    public TimeProvider Clock { get; }

    public Registry Registry { get; }

    public AssetCatalogue Assets { get; } = new();

    public RegistryReader Reader { get; }

    public AuditReader Audit { get; }

    internal HubReader Hub { get; }

    public CardReader Cards { get; }

    public LayerReader Layers { get; }

    public VersionHeads Heads { get; }

    public ModelsQuery Models { get; }

    public FamilyQuery Family { get; }

    public StoredFiles StoredFiles { get; }

    public VersionQuery Version { get; }

    public LayersQuery LayersPages { get; }

    public CompareQuery Compare { get; }

    public LineageQuery Lineage { get; }

    public ActivityQuery Activity { get; }

    public CardQuery Card { get; }

    public ChangeQuery Changes { get; }

    public ModelWorkers Workers { get; }

    public TrialRunner Trials { get; }

    public DraftStore Drafts { get; }

    public Uploads Uploads { get; }

    public DraftQuery DraftPages { get; }

    internal FormToken FormToken { get; } = new();

    internal AccessToken? AccessToken { get; }

    internal AllowedHosts Hosts { get; }

    public ValueTask DisposeAsync()
    {
        Drafts.Dispose();
        Uploads.Dispose();
        return Workers.DisposeAsync();
    }

    /// <summary>The context of a page.</summary>
    public Layout.PageContext Page(Links links, string search = "", string? done = null, string origin = "", string? canonical = null)
    {
        var repository = Registry.Repository();
        return new Layout.PageContext
        {
            Links = links,
            RegistryName = Path.GetFileName(Path.TrimEndingDirectorySeparator(repository?.WorkTree ?? Path.GetDirectoryName(Registry.Layout.Root) ?? Registry.Layout.Root)),
            Branch = repository?.Branch,
            Head = repository?.Head,
            Author = repository?.Author,
            CommitBase = CommitPages.BaseOf(repository?.Remote),
            ProductVersion = DashboardVersion.Text,
            Now = Clock.GetUtcNow(),
            CanWrite = !Options.ReadOnly && !links.IsExport,
            FormToken = links.IsExport ? "" : FormToken.Value,
            HasFiles = !links.IsExport || Options.WithFiles,
            Origin = origin,
            Search = search,
            Canonical = canonical,
            Done = done,
        };
    }
}

internal static class DashboardVersion
{
    /// <summary>The version of the product, without the commit that it was built from.</summary>
    public static string Text { get; } =
        (typeof(DashboardVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
