using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Search;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Errors;

/// <summary>Says where a failure happened and what may have been meant.</summary>
internal static class ErrorQuery
{
    private const int MostNear = 5;

    public static ErrorView Of(HttpContext http, DashboardServices services, ModelRegistryException failure, Links links)
    {
        var view = new ErrorView(failure, http.Response.StatusCode, http.TraceIdentifier);
        if (http.Request.Path.Value?.Split('/') is not ["", "models", var text, ..] || !ModelName.TryParse(text, out var name)) return view;
        try
        {
            var all = services.Reader.All(http.RequestAborted);
            if (all.FirstOrDefault(f => f.Name == name.Value) is not { } family)
                return view with { Near = [.. Nearness.Nearest(name.Value, all.Select(f => f.Name)).Take(MostNear).Select(n => (n, links.Family(n)))] };
            view = view with { Family = family.Name };
            return failure.Diagnostic == Codes.VersionNotFound
                ? view with { Near = [.. family.Versions.Take(MostNear).Select(v => v.Manifest.Version.Value).Select(v => (v, links.Version(family.Name, v)))] }
                : view;
        }
        catch (ModelRegistryException)
        {
            // The failure that is shown may be the registry's own.
            return view;
        }
    }
}
