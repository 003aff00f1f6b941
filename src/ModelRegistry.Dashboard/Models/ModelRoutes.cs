using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Search;

namespace ModelRegistry.Dashboard.Models;

internal static class ModelRoutes
{
    public static async Task List(HttpContext http, DashboardServices services)
    {
        var request = ModelsRequest.Of(http.Request.Query);
        if (request.Query.Length > 0 && request.Chosen.Count == 0 && services.Models.Direct(request.Query, http.RequestAborted) is var (name, version))
        {
            var links = PageRoutes.Links(http, services);
            http.Response.Redirect(version is null ? links.Family(name) : links.Version(name, version));
            return;
        }

        await PageRoutes.Show(http, services, PageContent.Of<ModelsPage>(View(services, request, http.RequestAborted)), request.Query);
    }

    public static Task Fragment(HttpContext http, DashboardServices services) =>
        PageRoutes.Show(http, services, PageContent.Of<ModelsList>(View(services, ModelsRequest.Of(http.Request.Query), http.RequestAborted)));

    private static ModelsView View(DashboardServices services, ModelsRequest request, CancellationToken cancellation)
    {
        var view = services.Models.Run(request, cancellation);
        if (view.Count == 0) view = view with { Hints = [.. view.Hints, .. SearchHints.UnknownMetrics(request.Query, services.Reader.All(cancellation))] };
        return view with { Missing = view.Rows.Select(r => r.Family).Where(f => f.Shown is { } shown && !services.StoredFiles.Has(shown.Manifest.Weights)).Select(f => f.Name).ToHashSet(StringComparer.Ordinal) };
    }
}
