using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layout;

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

        await PageRoutes.Show(http, services, PageContent.Of<ModelsPage>(services.Models.Run(request, http.RequestAborted)), request.Query);
    }

    public static Task Fragment(HttpContext http, DashboardServices services) =>
        PageRoutes.Show(http, services, PageContent.Of<ModelsList>(services.Models.Run(ModelsRequest.Of(http.Request.Query), http.RequestAborted)));
}
