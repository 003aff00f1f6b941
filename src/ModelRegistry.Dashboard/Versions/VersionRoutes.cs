using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Lineages;
using ModelRegistry.Dashboard.Uses;
using ModelRegistry.Dashboard.Verifications;

namespace ModelRegistry.Dashboard.Versions;

internal static class VersionRoutes
{
    public static void Map(IEndpointRouteBuilder routes, DashboardServices services)
    {
        Page(routes, services, "", (http, id) => PageContent.Of<VersionPage>(services.Version.Run(id, http.RequestAborted)));
        Page(routes, services, "/layers", (http, id) => PageContent.Of<LayersPage>(services.LayersPages.Run(id, LayersRequest.Of(http.Request.Query), http.RequestAborted)));
        Page(routes, services, "/lineage", (http, id) => PageContent.Of<LineagePage>(services.Lineage.Run(id, services.Reader.All(http.RequestAborted), PageRoutes.Links(http, services), http.RequestAborted)));
        Page(routes, services, "/verification", (http, id) => PageContent.Of<VerificationPage>(Verification(services, id, http.RequestAborted)));
        Page(routes, services, "/use", (http, id) => PageContent.Of<UsePage>(UseView.Of(services.Heads.Of(id, http.RequestAborted))));
        routes.MapGet("/fragments/layers/{name}/{version}", (HttpContext http, string name, string version) =>
            PageRoutes.Show(http, services, PageContent.Of<LayerRows>(services.LayersPages.Level(Exactly(name, version), LayersRequest.Of(http.Request.Query).Open, http.RequestAborted))));
    }

    /// <summary>The last verification and the earlier ones.</summary>
    public static VerificationView Verification(DashboardServices services, ModelId id, CancellationToken cancellation) => new(
        services.Heads.Of(id, cancellation),
        [.. services.Audit.Of(id.Name.Value, cancellation).Where(e => e.Action == "verify" && e.Version == id.Version.Value)]);

    /// <summary>A page below a version. A selector in place of the number leads to the exact version.</summary>
    public static void Page(IEndpointRouteBuilder routes, DashboardServices services, string page, Func<HttpContext, ModelId, PageContent> show) =>
        routes.MapGet("/models/{name}/{version}" + page, async (HttpContext http, string name, string version) =>
        {
            if (Target(http, services, name, version, page) is not { } id) return;
            await PageRoutes.Show(http, services, show(http, id));
        });

    /// <summary>The version of an address; null where the answer is a redirect to it.</summary>
    public static ModelId? Target(HttpContext http, DashboardServices services, string name, string version, string page)
    {
        var family = Addressed.Name(name);
        var (found, isExact) = Addressed.Version(services.Reader, family, version, http.RequestAborted);
        if (isExact) return new ModelId(family, found);
        http.Response.Redirect(PageRoutes.Links(http, services).Version(family.Value, found.Value, page.TrimStart('/')) + http.Request.QueryString);
        return null;
    }

    public static ModelId Exactly(string name, string version) =>
        new(Addressed.Name(name), ModelVersion.TryParse(version, out var exact) ? exact : throw DashboardCodes.PageNotFound.Error("not an exact version", "open the page of the version"));
}
