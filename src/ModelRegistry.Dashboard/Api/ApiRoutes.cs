using System.Globalization;
using System.Text.Json;
using ModelRegistry.Dashboard.Files;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Models;
using ModelRegistry.Dashboard.Trying;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Weights;
using ModelRegistry.Trust;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Api;

/// <summary>The API below <c>/api/v1</c>. Its failures are problem documents with code, detail, fix and request id.</summary>
internal static class ApiRoutes
{
    private const int UsualPage = 100, LargestPage = 200;
    private const long MostJson = 4 << 20;

    public static void Map(IEndpointRouteBuilder routes, DashboardServices services)
    {
        var api = routes.MapGroup("/api/v1");
        void Get(string path, string name, string summary, Func<HttpContext, IResult> handler) =>
            api.MapGet(path, handler).WithName(name).WithSummary(summary).Produces(200, contentType: "application/json").ProducesProblem(404);

        Get("/models", "listModels", "All families, as 'modelreg list --json'", http =>
        {
            var all = services.Registry.List(http.RequestAborted);
            return Json(json => json.Models(Page(http, all)));
        });
        Get("/models/{name}", "getModel", "A family and its versions, as 'modelreg list NAME --json'", http => Versions(http, services));
        Get("/models/{name}/versions", "listVersions", "The versions of a family", http => Versions(http, services));
        Get("/models/{name}/versions/{version}", "getVersion", "A version's manifest, as 'modelreg show --json'", http =>
        {
            var id = Id(http, services);
            return Json(json => json.Version(services.Registry, services.Registry.GetFamily(id.Name, http.RequestAborted), id));
        });
        Get("/models/{name}/versions/{version}/layers", "getLayers", "The tensors and modules of a version's weights, as 'modelreg inspect --json'", http =>
            services.Layers.Open(services.Registry.Get(Id(http, services)), file => Json(json => json.Inspection(file)), http.RequestAborted));
        Get("/models/{name}/versions/{version}/lineage", "getLineage", "Where a version comes from, as 'modelreg lineage --json'", http =>
        {
            var id = Id(http, services);
            return Json(json => json.Lineage(services.Registry.GetLineage(id), services.Registry.GetProvenance(id)));
        });
        Get("/models/{name}/versions/{version}/verification", "getVerification", "The last verification of a version", http =>
        {
            var id = Id(http, services);
            if (services.Registry.GetVerification(id) is null) throw DashboardCodes.PageNotFound.Error($"{id} was never verified", $"run 'modelreg verify {id}'");
            return Json(json => json.RegistryFile("verification", services.Registry.Layout.Verification(id)));
        });
        api.MapMethods("/models/{name}/versions/{version}/files/{**path}", ["GET", "HEAD"], (HttpContext http, string path) => FileRoutes.Send(http, services, Id(http, services), path))
            .WithName("getFile").WithSummary("A file of a version: ranges, and the digest as its tag").Produces(200, contentType: "application/octet-stream").ProducesProblem(404);
        Get("/compare", "compare", "What differs between two versions (left, right), as 'modelreg compare --json'", http =>
        {
            var comparison = services.Registry.Compare(ModelId.Parse(Needed(http, "left")), ModelId.Parse(Needed(http, "right")));
            return Json(json => json.Comparison(comparison));
        });
        Get("/resolve", "resolve", "What a selector (name, selector) means, as 'modelreg resolve --json'", http =>
        {
            var resolution = services.Registry.Resolve(ModelName.Parse(Needed(http, "name")), Selector.Parse(http.Request.Query["selector"].ToString() is { Length: > 0 } s ? s : "latest"), cancellation: http.RequestAborted);
            var folder = resolution.Manifest.NeedsFolder ? services.Registry.Folder(resolution, http.RequestAborted) : null;
            return Json(json => json.Resolution(resolution, services.Registry.CommitOf(resolution.Id, http.RequestAborted), folder));
        });
        Get("/log", "log", "The audit trail, newest first, as 'modelreg log --json'; of one family with name", http =>
        {
            var family = http.Request.Query["name"].ToString() is { Length: > 0 } name ? services.Registry.GetFamily(ModelName.Parse(name), http.RequestAborted).Name.Value : null;
            var entries = Page(http, services.Audit.Entries(family, http.RequestAborted));
            var signers = ModelTrustPolicy.Find(null, services.Registry.Layout.Root)?.Commits?.AllowedSignersPath;
            return Json(json => json.Entries(entries, entries.Count == 0 ? null : LogDocument.Signatures(services.Registry, entries, signers, http.RequestAborted)));
        });
        Get("/search", "search", "Families that match q, in the language of the search box", http =>
        {
            var view = services.Models.Run(services.Reader.All(http.RequestAborted), ModelsRequest.Of(http.Request.Query));
            return Json(json =>
            {
                json.WriteNumber("count", view.Count);
                json.Objects("models", view.Rows, row =>
                {
                    json.WriteString("name", row.Family.Name);
                    json.WriteString("latest", row.Family.Latest?.Manifest.Version.Value);
                    json.WriteString("best", row.Family.Best?.Manifest.Version.Value);
                    json.WriteString("description", row.Family.Settings.Description);
                });
            });
        });
        Get("/doctor", "doctor", "Findings, as 'modelreg doctor --json'", http =>
        {
            var report = services.Registry.Doctor(cancellation: http.RequestAborted);
            return Json(json => json.Health(report));
        });
        Get("/state", "state", "Where the registry stands: changes whenever anything in it does; since=COMMIT counts what happened after it", http =>
        {
            var repository = services.Registry.Repository(http.RequestAborted);
            var since = http.Request.Query["since"].ToString();
            return Json(json =>
            {
                json.WriteString("head", repository?.Head);
                json.WriteString("branch", repository?.Branch);
                json.WriteNumber("models", services.Registry.Names().Count);
                if (since.Length == 0) return;
                // Null: something changed, and what cannot be told in a line.
                if (since == repository?.Head) json.WriteNumber("changes", 0);
                else if (repository is not null && services.Registry.LogSince(since, http.RequestAborted) is { } later) json.WriteNumber("changes", later.Count);
                else json.WriteNull("changes");
            });
        });
        Changes(api, services);
        UploadRoutes.Map(api, services);
    }

    private static void Changes(RouteGroupBuilder api, DashboardServices services)
    {
        api.MapPost("/models/{name}/versions/{version}/predict", async (HttpContext http) =>
        {
            var id = Id(http, services);
            var manifest = services.Registry.Get(id);
            IReadOnlyList<TrialInput> inputs = http.Request.HasFormContentType && http.Request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
                ? await TryForm.Parts(await TryForm.Read(http, manifest), manifest, http.RequestAborted)
                : [new TrialInput("body", await Body(http, TrialInput.MaxLength))];
            var trial = await services.Trials.Run(id, inputs, http.RequestAborted);
            var top = int.TryParse(http.Request.Query["top"], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? Math.Clamp(n, 1, 1000) : 5;
            return Json(json =>
            {
                json.WriteString("id", id.ToString());
                json.Top(trial.Top.Take(top));
                json.Objects("outputs", trial.Outputs, output =>
                {
                    json.WriteString("name", output.Name);
                    json.WriteString("dtype", output.Dtype);
                    json.WriteStartArray("shape");
                    foreach (var length in output.Shape) json.WriteNumberValue(length);
                    json.WriteEndArray();
                    json.WriteStartArray("values");
                    foreach (var value in (TensorImage.Floats(output) ?? []).Take(1000))
                    {
                        if (float.IsFinite(value)) json.WriteNumberValue(value);
                        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
                    }

                    json.WriteEndArray();
                });
                json.WriteStartObject("timings");
                foreach (var (step, ms) in trial.Timings) json.Figure(step, ms);
                json.Figure("queue", Math.Round(trial.QueuedMilliseconds, 3));
                json.WriteEndObject();
            });
        }).WithName("predict").WithSummary("Runs a version on a PNG, PGM, PPM, NPY or JSON body, or on one part of multipart/form-data for each of its inputs").Produces(200, contentType: "application/json").ProducesProblem(400).ProducesProblem(429);
        api.MapPost("/models/{name}/versions/{version}/verify", async (HttpContext http) =>
        {
            var id = Id(http, services);
            var resolution = services.Registry.Resolve(id.Name, Selector.Exactly(id.Version), cancellation: http.RequestAborted);
            var outcome = await Task.Run(() => Verifier.Verify(services.Registry, resolution, cancellation: http.RequestAborted), http.RequestAborted);
            return Json(json => json.Verification(id, outcome.Report));
        }).WithName("verify").WithSummary("Verifies a version and records the outcome, as 'modelreg verify --json'").Produces(200, contentType: "application/json").ProducesProblem(404);
        api.MapPut("/models/{name}/aliases/{alias}", async (HttpContext http, string name, string alias) =>
        {
            using var body = await Document(http);
            var family = Addressed.Name(name);
            var change = services.Registry.Promote(family, Selector.Parse(Text(body, "selector") ?? Text(body, "version") ?? throw DashboardCodes.InvalidRequest.Error("the body names no version", "send { \"version\": \"1.1.0\", \"reason\": \"…\" }")), alias, Text(body, "reason"), expected: Expected(http), cancellation: http.RequestAborted);
            return Json(json => json.PointerChange(change));
        }).WithName("moveAlias").WithSummary("Points an alias at a version; If-Match says where it is expected to be").Accepts<object>("application/json").Produces(200, contentType: "application/json").ProducesProblem(409);
        api.MapPost("/models/{name}/versions/{version}/yank", async (HttpContext http) =>
        {
            var id = Id(http, services);
            using var body = await Document(http);
            var change = services.Registry.Yank(id, Text(body, "reason"), Text(body, "replacement") is { } replacement ? ModelVersion.Parse(replacement) : null, cancellation: http.RequestAborted);
            return Json(json => json.PointerChange(change));
        }).WithName("yank").WithSummary("Withdraws a version").Accepts<object>("application/json").Produces(200, contentType: "application/json").ProducesProblem(409);
    }

    public static IResult Json(Action<Utf8JsonWriter> document, int status = StatusCodes.Status200OK) => new JsonAnswer(JsonOutput.Document(document), status);

    public static async Task<JsonDocument> Document(HttpContext http)
    {
        try
        {
            return JsonDocument.Parse(await Body(http, MostJson));
        }
        catch (JsonException failure)
        {
            throw Codes.InvalidJson.Error($"the body is not JSON: line {failure.LineNumber + 1}", "send a JSON object");
        }
    }

    public static string? Text(JsonDocument body, string key) =>
        body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Where the alias is expected: its version is its tag, <c>""</c> for one that is not set.</summary>
    private static ExpectedAlias? Expected(HttpContext http)
    {
        var wanted = http.Request.Headers.IfMatch.ToString().Trim();
        if (wanted is "" or "*") return null;
        if (wanted is "\"\"") return ExpectedAlias.Unset;
        return wanted is ['"', .., '"'] && ModelVersion.TryParse(wanted[1..^1], out var version)
            ? ExpectedAlias.At(version)
            : throw DashboardCodes.InvalidRequest.Error("If-Match is not the tag of an alias", "send the version that the alias points at in quotes, \"\" where it is not set");
    }

    private static async Task<byte[]> Body(HttpContext http, long most)
    {
        if (http.Request.ContentLength > most) throw DashboardCodes.TooLarge.Error($"the body is larger than {most} bytes", "send less");
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        return buffer.ToArray();
    }

    private static IResult Versions(HttpContext http, DashboardServices services)
    {
        var name = Addressed.Name((string)http.Request.RouteValues["name"]!);
        var index = services.Reader.Get(name, http.RequestAborted).Index ?? throw services.Reader.Get(name, http.RequestAborted).Problem!;
        return Json(json => json.Versions(services.Registry, index.Family, Page(http, index.Family.Versions)));
    }

    private static ModelId Id(HttpContext http, DashboardServices services)
    {
        var name = Addressed.Name((string)http.Request.RouteValues["name"]!);
        var (version, _) = Addressed.Version(services.Reader, name, (string)http.Request.RouteValues["version"]!, http.RequestAborted);
        return services.Registry.Get(new ModelId(name, version)).Id;
    }

    private static string Needed(HttpContext http, string key) =>
        http.Request.Query[key].ToString() is { Length: > 0 } text ? text : throw DashboardCodes.InvalidRequest.Error($"the query has no {key}", $"add {key}=…");

    /// <summary>A page of a list; the address of the next one goes into a header, so that the document is the command's.</summary>
    private static List<T> Page<T>(HttpContext http, IReadOnlyList<T> all)
    {
        var text = http.Request.Query["limit"].ToString();
        var limit = UsualPage;
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LargestPage))
            throw DashboardCodes.InvalidRequest.Error($"limit is {Shown.OneLine(text)}, and 1 to {LargestPage} are answered at once", "ask for the next page with cursor");
        var from = http.Request.Query["cursor"].ToString() is { Length: > 0 } cursor ? int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : throw DashboardCodes.InvalidRequest.Error("cursor is not one of ours", "take it from the Link header") : 0;
        if (from + limit < all.Count) http.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture, $"<{http.Request.PathBase}{http.Request.Path}?limit={limit}&cursor={from + limit}>; rel=\"next\"");
        return [.. all.Skip(from).Take(limit)];
    }

    private sealed class JsonAnswer(byte[] content, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            httpContext.Response.ContentLength = content.Length;
            return httpContext.Response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
        }
    }
}
