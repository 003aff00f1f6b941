using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Changes;

/// <summary>Confirmations and the changes that they lead to: one commit each, by git's user.</summary>
internal static class ChangeRoutes
{
    public static void Map(IEndpointRouteBuilder routes, DashboardServices services)
    {
        VersionRoutes.Page(routes, services, "/promote", (http, id) => PageContent.Of<PromotePage>(services.Changes.Promote(id, http.Request.Query["alias"], "", null, http.RequestAborted)));
        VersionRoutes.Page(routes, services, "/yank", (http, id) => PageContent.Of<YankPage>(services.Changes.Yank(id, "", "", null, http.RequestAborted)));
        routes.MapPost("/models/{name}/{version}/promote", (HttpContext http, string name, string version) => Promote(http, services, VersionRoutes.Exactly(name, version)));
        routes.MapPost("/models/{name}/{version}/yank", (HttpContext http, string name, string version) => Yank(http, services, VersionRoutes.Exactly(name, version)));
        routes.MapPost("/models/{name}/{version}/verify", (HttpContext http, string name, string version) => Verify(http, services, VersionRoutes.Exactly(name, version)));
    }

    private static async Task Promote(HttpContext http, DashboardServices services, ModelId id)
    {
        var form = await Forms.Read(http);
        var (alias, reason) = (form["alias"].ToString().Trim(), form["reason"].ToString().Trim());
        Task Again(string problem, int status) =>
            PageRoutes.Show(http, services, PageContent.Of<PromotePage>(services.Changes.Promote(id, alias, reason, problem, http.RequestAborted)) with { StatusCode = status });
        if (Forms.Expired(form, services) is { } expired)
        {
            await Again(expired, StatusCodes.Status403Forbidden);
            return;
        }

        if (reason.Length == 0)
        {
            await Again("Say why: the reason stands in the audit trail.", StatusCodes.Status400BadRequest);
            return;
        }

        // What the page showed is part of what was agreed to.
        var expected = ModelVersion.TryParse(form["at-" + alias].ToString(), out var seen) ? ExpectedAlias.At(seen) : ExpectedAlias.Unset;
        try
        {
            services.Registry.Promote(id.Name, Selector.Exactly(id.Version), alias, reason, expected: expected, cancellation: http.RequestAborted);
        }
        catch (ModelRegistryException failure)
        {
            await Again(failure.ToLine()["error ".Length..], ErrorHandling.StatusOf(failure));
            return;
        }

        http.Response.Redirect(PageRoutes.Links(http, services).Family(id.Name.Value) + "?done=promoted");
    }

    private static async Task Yank(HttpContext http, DashboardServices services, ModelId id)
    {
        var form = await Forms.Read(http);
        var (reason, replacement) = (form["reason"].ToString().Trim(), form["replacement"].ToString().Trim());
        Task Again(string problem, int status) =>
            PageRoutes.Show(http, services, PageContent.Of<YankPage>(services.Changes.Yank(id, reason, replacement, problem, http.RequestAborted)) with { StatusCode = status });
        if (Forms.Expired(form, services) is { } expired)
        {
            await Again(expired, StatusCodes.Status403Forbidden);
            return;
        }

        if (reason.Length == 0)
        {
            await Again("Say why: whoever uses the version is shown the reason.", StatusCodes.Status400BadRequest);
            return;
        }

        try
        {
            services.Registry.Yank(id, reason, replacement.Length > 0 ? ModelVersion.Parse(replacement) : null, cancellation: http.RequestAborted);
        }
        catch (ModelRegistryException failure)
        {
            await Again(failure.ToLine()["error ".Length..], ErrorHandling.StatusOf(failure));
            return;
        }

        http.Response.Redirect(PageRoutes.Links(http, services).Version(id.Name.Value, id.Version.Value) + "?done=yanked");
    }

    private static async Task Verify(HttpContext http, DashboardServices services, ModelId id)
    {
        var form = await Forms.Read(http);
        if (Forms.Expired(form, services) is { } expired) throw DashboardCodes.FormExpired.Error(expired, "go back, and send the form again");
        var resolution = services.Registry.Resolve(id.Name, Selector.Exactly(id.Version), cancellation: http.RequestAborted);
        var outcome = await Task.Run(() => Verifier.Verify(services.Registry, resolution, cancellation: http.RequestAborted), http.RequestAborted);
        http.Response.Redirect(PageRoutes.Links(http, services).Version(id.Name.Value, id.Version.Value, "verification") + (outcome.Report.Passed ? "?done=verified" : "?done=verify-failed"));
    }
}
