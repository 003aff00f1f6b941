using ModelRegistry.Dashboard.Api;
using ModelRegistry.Dashboard.Cards;
using ModelRegistry.Dashboard.Changes;
using ModelRegistry.Dashboard.Demo;
using ModelRegistry.Dashboard.Drafts;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Files;
using ModelRegistry.Dashboard.Hub;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Models;
using ModelRegistry.Dashboard.Trying;
using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Which address shows which page.</summary>
internal static class PageRoutes
{
    public static void Map(IEndpointRouteBuilder routes, DashboardServices services)
    {
        routes.MapGet("/", (HttpContext http) => ModelRoutes.List(http, services));
        VersionRoutes.Map(routes, services);
        DraftRoutes.Map(routes, services);
        ApiRoutes.Map(routes, services);
        routes.MapGet("/api", (HttpContext http) => Show(http, services, PageContent.Of<ApiPage>(ApiView.Of(http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints, http.Request.PathBase))));
        TryRoutes.Map(routes, services);
        DemoRoutes.Map(routes, services);
        ChangeRoutes.Map(routes, services);
        FileRoutes.Map(routes, services);
        CardImages.Map(routes, services);
        FamilyRoutes.Map(routes, services);
        HubRoutes.Map(routes, services);
        routes.MapGet("/fragments/models", (HttpContext http) => ModelRoutes.Fragment(http, services));
    }

    public static Links Links(HttpContext http, DashboardServices services) => Linking.Links.Served(http.Request.PathBase, services.Assets.Folder);

    public static Task Show(HttpContext http, DashboardServices services, PageContent content, string search = "") =>
        PageAnswer.Write(http, content, services.Page(Links(http, services), search, http.Request.Query["done"].ToString() is { Length: > 0 and < 200 } done ? DoneMessages.Of(done) : null, $"{http.Request.Scheme}://{http.Request.Host}"));
}
