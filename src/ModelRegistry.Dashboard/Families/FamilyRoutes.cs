using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Dashboard.Activity;
using ModelRegistry.Dashboard.Cards;
using ModelRegistry.Dashboard.Compare;
using ModelRegistry.Dashboard.Health;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layout;

namespace ModelRegistry.Dashboard.Families;

internal static class FamilyRoutes
{
    public static void Map(IEndpointRouteBuilder routes, DashboardServices services)
    {
        routes.MapGet("/models/{name}", (HttpContext http, string name) =>
            PageRoutes.Show(http, services, PageContent.Of<FamilyPage>(services.Family.Run(Addressed.Name(name), FamilyRequest.Of(http.Request.Query), PageRoutes.Links(http, services), http.RequestAborted))));
        routes.MapGet("/models/{name}/compare", (HttpContext http, string name) =>
            PageRoutes.Show(http, services, PageContent.Of<ComparePage>(Compare(http, services, Addressed.Name(name)))));
        routes.MapGet("/models/{name}/card", (HttpContext http, string name) =>
            PageRoutes.Show(http, services, PageContent.Of<CardPage>(services.Card.Run(Addressed.Name(name), PageRoutes.Links(http, services), hasFiles: true, http.RequestAborted))));
        routes.MapGet("/models/{name}/activity", (HttpContext http, string name) =>
            PageRoutes.Show(http, services, PageContent.Of<ActivityPage>(services.Activity.Run(Addressed.Name(name), http.Request.Query, http.RequestAborted))));
        routes.MapGet("/activity", (HttpContext http) =>
            PageRoutes.Show(http, services, PageContent.Of<ActivityPage>(services.Activity.Run(null, http.Request.Query, http.RequestAborted))));
        routes.MapGet("/health", (HttpContext http) =>
        {
            var start = Stopwatch.GetTimestamp();
            var report = services.Registry.Doctor(cancellation: http.RequestAborted);
            return PageRoutes.Show(http, services, PageContent.Of<HealthPage>(new HealthView(report, Stopwatch.GetElapsedTime(start))));
        });
    }

    private static CompareView Compare(HttpContext http, DashboardServices services, ModelName name)
    {
        var query = http.Request.Query;
        var from = int.TryParse(query["from"], NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : 0;
        // From the check boxes of a family's page the older version comes first: what one reads is what the newer one changed.
        return services.Compare.Run(name, [.. query["v"].OfType<string>().Where(v => v.Length > 0)], query["all"] == "1", query["layers"] == "1", from, http.RequestAborted, byTime: query["order"] == "time");
    }
}
