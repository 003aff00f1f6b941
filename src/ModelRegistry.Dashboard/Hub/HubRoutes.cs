using System.Globalization;
using Microsoft.Net.Http.Headers;
using ModelRegistry.Dashboard.Files;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Security;

namespace ModelRegistry.Dashboard.Hub;

/// <summary>
/// The download protocol of the Hugging Face clients, read-only: <c>HF_ENDPOINT=http://…</c>, repository <c>NAMESPACE/FAMILY</c>, revision a version,
/// an alias, <c>main</c> or a commit (https://huggingface.co/docs/hub/api). What the clients send and expect was read off <c>@huggingface/hub</c> 2.17.
/// </summary>
internal static class HubRoutes
{
    /// <summary>The longest list of entries in one answer.</summary>
    private const int PageLength = 1000;

    /// <summary>The longest list of paths, in bytes of its document.</summary>
    private const int MaxPathsLength = 4 << 20;

    public static void Map(IEndpointRouteBuilder routes, DashboardServices services)
    {
        var repository = $"/{services.Options.HubNamespace}/{{repository}}";
        string[] reading = ["GET", "HEAD"];
        foreach (var kind in new[] { "resolve", "raw" })
            routes.MapMethods($"{repository}/{kind}/{{revision}}/{{**path}}", reading, (HttpContext http, string repository, string revision, string path) => Send(http, services, repository, revision, path));
        routes.MapMethods("/api/models" + repository, reading, (HttpContext http, string repository) => Describe(http, services, repository, "main"));
        routes.MapMethods($"/api/models{repository}/revision/{{revision}}", reading, (HttpContext http, string repository, string revision) => Describe(http, services, repository, revision));
        routes.MapMethods($"/api/models{repository}/tree/{{revision}}/{{**path}}", reading, (HttpContext http, string repository, string revision, string? path) => List(http, services, repository, revision, path ?? ""));
        routes.MapPost($"/api/models{repository}/paths-info/{{revision}}", (HttpContext http, string repository, string revision) => Describe(http, services, repository, revision, MaxPathsLength));
    }

    private static async Task<HubVersion?> Find(HttpContext http, DashboardServices services, string repository, string revision)
    {
        // A revision is one segment; a slash in it comes encoded.
        revision = Uri.UnescapeDataString(revision);
        var hub = services.Hub;
        if (hub.Family(repository, http.RequestAborted) is not { } family)
        {
            await HubAnswers.Missing(http, "RepoNotFound", "Repository not found");
            return null;
        }

        if (hub.Version(family, revision, http.RequestAborted) is not { } version)
        {
            await HubAnswers.Missing(http, "RevisionNotFound", "Revision not found");
            return null;
        }

        http.Response.Headers["X-Repo-Commit"] = version.Commit;
        return version;
    }

    private static async Task Send(HttpContext http, DashboardServices services, string repository, string revision, string path)
    {
        if (await Find(http, services, repository, revision) is not { } version) return;
        if (version.Manifest.Files.FirstOrDefault(f => f.Path.Value == path) is not { } file)
        {
            await HubAnswers.Missing(http, "EntryNotFound", "Entry not found");
            return;
        }

        var stream = FileRoutes.Open(services, version.Manifest.Id, file, http.RequestAborted);
        http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        await new FileAnswer(stream, file.Path.FileName, new EntityTagHeaderValue($"\"{file.Digest.Hex}\"")).ExecuteAsync(http);
    }

    private static async Task Describe(HttpContext http, DashboardServices services, string repository, string revision)
    {
        if (await Find(http, services, repository, revision) is not { } version) return;
        var (manifest, id) = (version.Manifest, $"{services.Options.HubNamespace}/{version.Manifest.Name}");
        var settings = services.Registry.GetFamily(manifest.Name, http.RequestAborted).Settings;
        await HubAnswers.Json(http, json =>
        {
            json.WriteStartObject();
            json.WriteString("_id", Digest.Of(System.Text.Encoding.UTF8.GetBytes(id)).Hex[..24]);
            json.WriteString("id", id);
            json.WriteString("modelId", id);
            json.WriteString("author", services.Options.HubNamespace);
            json.WriteString("sha", version.Commit);
            json.WriteBoolean("private", false);
            json.WriteBoolean("gated", false);
            json.WriteBoolean("disabled", false);
            json.WriteNumber("downloads", 0);
            json.WriteNumber("likes", 0);
            json.WriteString("lastModified", manifest.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            if (settings.Task is { } task) json.WriteString("pipeline_tag", task);
            json.WriteStartArray("siblings");
            foreach (var file in manifest.Files)
            {
                json.WriteStartObject();
                json.WriteString("rfilename", file.Path.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("tags");
            foreach (var (name, value) in manifest.Tags) json.WriteStringValue($"{name}:{value}");
            if ((manifest.License ?? settings.License) is { } license) json.WriteStringValue($"license:{license}");
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task List(HttpContext http, DashboardServices services, string repository, string revision, string folder)
    {
        if (await Find(http, services, repository, revision) is not { } version) return;
        folder = folder.Trim('/');
        if (folder.Length > 0 && !HubEntries.IsFolder(version.Manifest, folder))
        {
            await HubAnswers.Missing(http, "EntryNotFound", "Entry not found");
            return;
        }

        var recursive = http.Request.Query["recursive"].ToString() is "true" or "1";
        var entries = HubEntries.Below(version.Manifest, folder, recursive);
        var limit = int.TryParse(http.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked is > 0 and < PageLength ? asked : PageLength;
        var from = int.TryParse(http.Request.Query["cursor"], NumberStyles.None, CultureInfo.InvariantCulture, out var cursor) ? cursor : 0;
        if (entries.Count - from > limit) http.Response.Headers.Link = $"<{Next(http, from + limit)}>; rel=\"next\"";
        await Entries(http, version.Manifest, entries.Skip(from).Take(limit));
    }

    private static async Task Describe(HttpContext http, DashboardServices services, string repository, string revision, int longest)
    {
        if (await Find(http, services, repository, revision) is not { } version) return;
        var paths = await HubPaths.Read(http.Request, longest, http.RequestAborted);
        var manifest = version.Manifest;
        var known = paths.Select(path => path.Trim('/')).Distinct(StringComparer.Ordinal)
            .Select(path => manifest.Files.Any(file => file.Path.Value == path) ? path : path.Length > 0 && HubEntries.IsFolder(manifest, path) ? path + "/" : null)
            .OfType<string>();
        await Entries(http, manifest, known);
    }

    private static Task Entries(HttpContext http, Manifest manifest, IEnumerable<string> paths) => HubAnswers.Json(http, json =>
    {
        json.WriteStartArray();
        foreach (var path in paths) HubEntries.Write(json, manifest, path);
        json.WriteEndArray();
    });

    private static string Next(HttpContext http, int cursor)
    {
        var query = http.Request.Query.Where(pair => pair.Key != "cursor").SelectMany(pair => pair.Value.Select(value => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}"));
        return $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{http.Request.Path}?{string.Join('&', query.Append(string.Create(CultureInfo.InvariantCulture, $"cursor={cursor}")))}";
    }
}
