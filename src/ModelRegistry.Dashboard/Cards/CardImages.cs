using ModelRegistry.Dashboard.Files;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Security;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Cards;

/// <summary>Sends the images of model cards: files of a version, verified, of types that are pictures and nothing else.</summary>
internal static class CardImages
{
    private const long Largest = 20_000_000;

    public static void Map(IEndpointRouteBuilder routes, DashboardServices services) =>
        routes.MapGet("/models/{name}/{version}/images/{**path}", (HttpContext http, string name, string version, string path) => Send(http, services, VersionRoutes.Exactly(name, version), path));

    /// <summary>The type by the name's ending; null for what is no image, and for SVG, which is a document.</summary>
    public static string? TypeOf(ModelFile file) => file.Size > Largest ? null : Path.GetExtension(file.Path.Value).ToUpperInvariant() switch
    {
        ".PNG" => "image/png",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".GIF" => "image/gif",
        ".WEBP" => "image/webp",
        ".AVIF" => "image/avif",
        _ => null,
    };

    private static IResult Send(HttpContext http, DashboardServices services, ModelId id, string path)
    {
        var file = services.Heads.Of(id, http.RequestAborted).Manifest.Files.FirstOrDefault(f => f.Path.Value == path);
        if (file is null || TypeOf(file) is not { } type) throw Codes.FileNotInVersion.Error($"{id} has no image {Shown.OneLine(path)}", "look for it in the version's table of files");
        var stream = FileRoutes.Open(services, id, file, http.RequestAborted);
        http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        return Results.Stream(stream, type);
    }
}
