using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelRegistry.Dashboard.Activity;
using ModelRegistry.Dashboard.Cards;
using ModelRegistry.Dashboard.Compare;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Lineages;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Models;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Uses;
using ModelRegistry.Dashboard.Verifications;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Dashboard.Export;

/// <summary>Writes every readable page as a file. Links are relative, so that the site works at any path and from a folder.</summary>
internal sealed class SiteExporter(DashboardServices services, CancellationToken cancellation)
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.Default };

    // As many as one file may name.
    private const int MostAddresses = 50_000;

    private readonly ConcurrentBag<string> _addresses = [];

    // What was there when it began is what it shows.
    private readonly AllFamilies _families = services.Reader.All(cancellation);

    private readonly PageContext _page = services.Page(Links.Exported("/", services.Assets.Folder));

    private int _pages;

    /// <summary>Writes the site into a folder, all of it or nothing.</summary>
    /// <returns>How many pages there are.</returns>
    public int Run(string target)
    {
        using var folder = ExportFolder.Begin(target);
        Page(folder, "/", links => PageContent.Of<ModelsPage>(services.Models.Run(_families, new ModelsRequest(), int.MaxValue)));
        Page(folder, "/activity", _ => PageContent.Of<ActivityPage>(services.Activity.Run(null, null, cancellation)));
        Parallel.ForEach(_families, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, family => Family(folder, family));
        SearchIndex(folder);
        SiteMap(folder);
        foreach (var asset in services.Assets.Files.Values) folder.Write($"/assets/{services.Assets.Folder}/{asset.Name}", asset.Content);
        folder.Write("/api/v1/models.json", JsonOutput.Document(json => json.Models(services.Registry.List(cancellation))));
        folder.Complete();
        return _pages;
    }

    private void Family(ExportFolder folder, FamilyFacts family)
    {
        var name = ModelName.Parse(family.Name);
        var root = $"/models/{family.Name}";
        Page(folder, root, links => PageContent.Of<FamilyPage>(services.Family.Run(name, new FamilyRequest(), links, cancellation)));
        foreach (var metric in family.Metrics.Skip(1))
            Page(folder, $"{root}/metrics/{Links.Segment(metric)}", links => PageContent.Of<FamilyPage>(services.Family.Run(name, new FamilyRequest { Metric = metric }, links, cancellation)));
        Page(folder, root + "/activity", _ => PageContent.Of<ActivityPage>(services.Activity.Run(name, null, cancellation)));
        if (services.Cards.Exists(name)) Card(folder, name, root + "/card");
        if (family.Index is not { } index) return;
        foreach (var (left, right) in Pairs(family))
            Page(folder, $"{root}/compare/{left}...{right}", _ => PageContent.Of<ComparePage>(services.Compare.Run(name, [left, right], everything: true, withLayers: false, 0, cancellation)));
        foreach (var version in family.Versions) Version(folder, index.Family, version.Manifest);
        foreach (var (selector, version) in Selectors(family)) Redirect(folder, $"{root}/{selector}", $"{root}/{version}");
        folder.Write($"/api/v1/models/{family.Name}.json", JsonOutput.Document(json => json.Versions(services.Registry, index.Family, index.Family.Versions)));
    }

    private void Card(ExportFolder folder, ModelName name, string address)
    {
        var view = services.Card.Run(name, Links.Exported(address, services.Assets.Folder), services.Options.WithFiles, cancellation);
        Page(folder, address, _ => PageContent.Of<CardPage>(view));
        foreach (var (id, file) in view.Images.Distinct()) Copy(folder, id, file, $"/models/{id.Name}/{id.Version}/images");
    }

    private void Version(ExportFolder folder, Family family, Manifest manifest)
    {
        var id = manifest.Id;
        var root = $"/models/{id.Name}/{id.Version}";
        Page(folder, root, _ => PageContent.Of<VersionPage>(services.Version.Run(id, cancellation)));
        foreach (var part in services.LayersPages.Pages(id, cancellation))
            Page(folder, part.Chunk is { Name.Length: > 0 } chunk ? $"{root}/layers/{chunk.Name}" : root + "/layers", _ => PageContent.Of<LayersPage>(part));
        Page(folder, root + "/lineage", links => PageContent.Of<LineagePage>(services.Lineage.Run(id, _families, links, cancellation)));
        Page(folder, root + "/verification", _ => PageContent.Of<VerificationPage>(VersionRoutes.Verification(services, id, cancellation)));
        Page(folder, root + "/use", _ => PageContent.Of<UsePage>(UseView.Of(services.Heads.Of(id, cancellation))));
        folder.Write($"/api/v1/models/{id.Name}/versions/{id.Version}.json", JsonOutput.Document(json => json.Version(services.Registry, family, id)));
        // A static server knows no other revisions of a hub than these, and lists nothing; it needs ranges.
        var hub = $"/{services.Options.HubNamespace}/{id.Name}/resolve/{id.Version}";
        foreach (var file in manifest.Files)
        {
            if (services.Options.WithFiles) Copy(folder, id, file, root + "/files");
            if (services.Options.HubFiles) Copy(folder, id, file, hub);
        }
    }

    private void Copy(ExportFolder folder, ModelId id, ModelFile file, string below)
    {
        try
        {
            folder.Copy($"{below}/{file.Path}", services.Registry.Locate(file, id, cancellation));
        }
        catch (Diagnostics.ModelRegistryException failure) when (failure.Diagnostic.Kind == Diagnostics.ErrorKind.NotFound)
        {
            // The version's page says that its bytes are not in this store.
        }
    }

    private void Page(ExportFolder folder, string address, Func<Links, PageContent> content)
    {
        cancellation.ThrowIfCancellationRequested();
        var links = Links.Exported(address, services.Assets.Folder);
        var html = PageRenderer.Render(content(links), _page with { Links = links, Canonical = Canonical(address) }).GetAwaiter().GetResult();
        // A script puts rows into the list of models, whatever drawings they have.
        folder.Write(Links.FileOf(address), address == "/" ? html.Span : UsedIcons.Only(html.Span));
        Interlocked.Increment(ref _pages);
    }

    /// <summary>Where the page will stand; null where that is not known.</summary>
    private string? Canonical(string address)
    {
        if (services.Options.BaseUrl is not { } site) return null;
        var page = site + (address == "/" ? "" : address.TrimStart('/') + "/");
        _addresses.Add(page);
        return page;
    }

    // Search engines find by it what links do not reach: the form is that of sitemaps.org, 0.9.
    private void SiteMap(ExportFolder folder)
    {
        if (services.Options.BaseUrl is null) return;
        var map = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
        foreach (var address in _addresses.Order(StringComparer.Ordinal).Take(MostAddresses)) map.Append("<url><loc>").Append(HtmlEncoder.Default.Encode(address)).Append("</loc></url>\n");
        folder.Write("/sitemap.xml", Encoding.UTF8.GetBytes(map.Append("</urlset>\n").ToString()));
    }

    private static void Redirect(ExportFolder folder, string from, string to)
    {
        var address = HtmlEncoder.Default.Encode(Links.Exported(from, "").Page(to));
        folder.Write(Links.FileOf(from), Encoding.UTF8.GetBytes($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0; url={address}\"><title>Moved</title></head><body><p><a href=\"{address}\">Go on</a></p></body></html>\n"));
    }

    // A script and no JSON: from a folder, a browser loads the one and not the other.
    private void SearchIndex(ExportFolder folder)
    {
        using var buffer = new MemoryStream();
        buffer.Write("window.modelRows = "u8);
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartArray();
            foreach (var (row, text) in ModelsQuery.Rows(_families))
            {
                json.WriteStartObject();
                json.WriteString("text", text);
                json.WriteString("html", Encoding.UTF8.GetString(PageRenderer.Render(PageContent.Of<SearchRow>(row), _page).GetAwaiter().GetResult().Span));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        buffer.Write(";\n"u8);
        folder.Write("/search-index.js", buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>What one would compare: neighbours, each with the latest, best with latest.</summary>
    private static HashSet<(string, string)> Pairs(FamilyFacts family)
    {
        var pairs = new HashSet<(string, string)>();
        for (var i = 1; i < family.ByTime.Count; i++) pairs.Add((family.ByTime[i - 1].Manifest.Version.Value, family.ByTime[i].Manifest.Version.Value));
        if (family.Latest is { } latest)
        {
            foreach (var version in family.ByTime.Where(v => v.Manifest.CreatedAt < latest.Manifest.CreatedAt)) pairs.Add((version.Manifest.Version.Value, latest.Manifest.Version.Value));
        }

        if (FamilyTabs.Pair(family) is var (left, right)) pairs.Add((left, right));
        return pairs;
    }

    private static IEnumerable<(string Selector, string Version)> Selectors(FamilyFacts family)
    {
        if (family.Latest is { } latest) yield return ("latest", latest.Manifest.Version.Value);
        if (family.Best is { } best) yield return ("best", best.Manifest.Version.Value);
        foreach (var alias in family.Aliases.Where(a => family.Index!.Find(a.Record.Version) is not null)) yield return ("@" + alias.Name, alias.Record.Version.Value);
    }
}
