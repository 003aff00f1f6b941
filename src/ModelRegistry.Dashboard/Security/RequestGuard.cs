using ModelRegistry.Dashboard.Hosting;

namespace ModelRegistry.Dashboard.Security;

/// <summary>Comes before everything: headers on every answer, the host that may be named, where a change may come from, the token.</summary>
internal sealed class RequestGuard(RequestDelegate next, DashboardServices services)
{
    public async Task Invoke(HttpContext http)
    {
        SecurityHeaders.Put(http.Response);
        var port = http.Connection.LocalPort is > 0 and var local ? local : services.Options.Port;
        if (!services.Hosts.Allows(http.Request.Headers.Host.Count == 1 ? http.Request.Headers.Host.ToString() : null, port))
        {
            http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync($"{DashboardCodes.HostRefused.Code}: this host name is not allowed; start with --allow-host NAME to allow it\n");
            return;
        }

        if (services.AccessToken is { } token && await new TokenCheck(token, services.Assets).Refuses(http)) return;
        if (http.Request.Method is not ("GET" or "HEAD"))
        {
            if (CrossSite(http) is { } why)
            {
                await ErrorHandling.Answer(http, services, DashboardCodes.CrossSite.Error(why, "open the dashboard at its own address and send the form from there"), StatusCodes.Status403Forbidden);
                return;
            }

            if (services.Options.ReadOnly && !Reads(http.Request.Path))
            {
                await ErrorHandling.Answer(http, services, DashboardCodes.ReadOnly.Error("this dashboard was started with --read-only", "use the modelreg command, or start it without --read-only"), StatusCodes.Status403Forbidden);
                return;
            }
        }

        await next(http);
    }

    // Trying a model and asking about paths change nothing.
    private static bool Reads(PathString path) => path.Value is { } text && (text.EndsWith("/predict", StringComparison.Ordinal) || text.EndsWith("/try", StringComparison.Ordinal) || text.Contains("/paths-info/", StringComparison.Ordinal) || text == "/session");

    /// <summary>Why a request that changes something is not one of ours; null where it is.</summary>
    private static string? CrossSite(HttpContext http)
    {
        var site = http.Request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0) return site.Count == 1 && site[0] == "same-origin" ? null : $"the request comes from another site (Sec-Fetch-Site: {Shown.OneLine(site.ToString())})";
        var origin = http.Request.Headers.Origin;
        if (origin.Count == 0) return null;
        return origin.Count == 1 && origin[0] == $"{http.Request.Scheme}://{http.Request.Headers.Host}" ? null : $"the request comes from another origin ({Shown.OneLine(origin.ToString())})";
    }
}
