using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Security;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Files;

/// <summary>Downloads: only files that the manifest names, by digest, verified before the first byte, never shown by the browser.</summary>
internal static class FileRoutes
{
    public static void Map(IEndpointRouteBuilder routes, DashboardServices services) =>
        routes.MapMethods("/models/{name}/{version}/files/{**path}", ["GET", "HEAD"], (HttpContext http, string name, string version, string path) => Send(http, services, VersionRoutes.Exactly(name, version), path));

    public static IResult Send(HttpContext http, DashboardServices services, ModelId id, string path)
    {
        var manifest = services.Heads.Of(id, http.RequestAborted).Manifest;
        var file = manifest.Files.FirstOrDefault(f => f.Path.Value == path)
            ?? throw Codes.FileNotInVersion.Error($"{id} has no file {Shown.OneLine(path)}", "look for it in the version's table of files");
        var stream = Open(services, id, file, http.RequestAborted);
        http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        return new FileAnswer(stream, Path.GetFileName(file.Path.Value), new EntityTagHeaderValue($"\"{file.Digest.Value}\""));
    }

    /// <summary>Opens a file of a version whose digest is verified.</summary>
    public static FileStream Open(DashboardServices services, ModelId id, ModelFile file, CancellationToken cancellation)
    {
        var location = services.Registry.Locate(file, id, cancellation);
        var stream = new FileStream(location, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        try
        {
            // The opened file is what is checked and sent; small ones at each request, large ones as the store remembers them.
            if (stream.Length <= 64 << 20 && Digest.FromHash(SHA256.HashData(stream)) != file.Digest) throw Codes.DigestMismatch.Error($"{file.Path} of {id} was altered in the store", "run 'modelreg doctor'");
            stream.Position = 0;
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
