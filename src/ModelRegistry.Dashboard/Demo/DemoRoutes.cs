using ModelRegistry.Dashboard.Hosting;

namespace ModelRegistry.Dashboard.Demo;

internal static class DemoRoutes
{
    public static void Map(IEndpointRouteBuilder routes, DashboardServices services) =>
        routes.MapPost("/demo", async (HttpContext http) =>
        {
            var form = await Forms.Read(http);
            if (Forms.Expired(form, services) is { } expired) throw DashboardCodes.FormExpired.Error(expired, "go back, and send the form again");
            await Task.Run(() => DemoModels.Register(services.Registry, http.RequestAborted), http.RequestAborted);
            http.Response.Redirect(PageRoutes.Links(http, services).Models + "?done=demo");
        });
}
