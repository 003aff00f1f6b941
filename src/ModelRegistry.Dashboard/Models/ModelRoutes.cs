using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Search;

namespace ModelRegistry.Dashboard.Models;

internal static class ModelRoutes
{
    public static async Task List(HttpContext http, DashboardServices services)
    {
        var request = ModelsRequest.Of(http.Request.Query);
        var all = await services.Reader.AllAsync(http.RequestAborted);
        if (request.Query.Length > 0 && request.Chosen.Count == 0 && ModelsQuery.Direct(all, request.Query) is var (name, version))
        {
            var links = PageRoutes.Links(http, services);
            http.Response.Redirect(version is null ? links.Family(name) : links.Version(name, version));
            return;
        }

        await PageRoutes.Show(http, services, PageContent.Of<ModelsPage>(View(services, all, request)), request.Query);
    }

    public static async Task Fragment(HttpContext http, DashboardServices services) =>
        await PageRoutes.Show(http, services, PageContent.Of<ModelsList>(View(services, await services.Reader.AllAsync(http.RequestAborted), ModelsRequest.Of(http.Request.Query))));

    private static ModelsView View(DashboardServices services, AllFamilies all, ModelsRequest request)
    {
        var view = services.Models.Run(all, request);
        if (view.Count == 0) view = view with { Hints = [.. view.Hints, .. SearchHints.UnknownMetrics(request.Query, all)] };
        return view with { Missing = view.Rows.Select(r => r.Family).Where(f => f.Shown is { } shown && !services.StoredFiles.Has(shown.Manifest.Weights)).Select(f => f.Name).ToHashSet(StringComparer.Ordinal) };
    }
}
