namespace ModelRegistry.Dashboard.Assets;

internal static class AssetRoutes
{
    public static void Map(IEndpointRouteBuilder routes, AssetCatalogue assets)
    {
        routes.MapGet("/assets/{folder}/{name}", (HttpContext http, string folder, string name) => Serve(http, assets, folder, name)).ExcludeFromDescription();
        routes.MapGet("/favicon.ico", (HttpContext http) => Serve(http, assets, assets.Folder, "icon.svg")).ExcludeFromDescription();
    }

    private static IResult Serve(HttpContext http, AssetCatalogue assets, string folder, string name)
    {
        if (folder != assets.Folder || !assets.Files.TryGetValue(name, out var asset)) return Results.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = "Accept-Encoding";
        var accepts = http.Request.Headers.AcceptEncoding.ToString();
        if (accepts.Contains("br", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.ContentEncoding = "br";
            return Results.Bytes(asset.Brotli, asset.ContentType);
        }

        if (!accepts.Contains("gzip", StringComparison.OrdinalIgnoreCase)) return Results.Bytes(asset.Content, asset.ContentType);
        http.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(asset.Gzip, asset.ContentType);
    }
}
