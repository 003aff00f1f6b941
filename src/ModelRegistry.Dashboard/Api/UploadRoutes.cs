using System.Globalization;
using System.Text.Json;
using ModelRegistry.Dashboard.Drafts;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.Output;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Api;

/// <summary>Drafts and resumable uploads: announce, send parts with their offset, ask how much has arrived.</summary>
internal static class UploadRoutes
{
    private const string OffsetHeader = "Upload-Offset", LengthHeader = "Upload-Length";

    public static void Map(RouteGroupBuilder api, DashboardServices services)
    {
        api.MapPost("/drafts", async (HttpContext http) =>
        {
            using var body = await ApiRoutes.Document(http);
            var name = ModelName.Parse(ApiRoutes.Text(body, "name") ?? "");
            var family = services.DraftPages.Family(name.Value, http.RequestAborted);
            var draft = services.Drafts.Begin(name.Value, family is null, family is null ? new DraftFields() : DraftPlan.Prefill(family) with { Metrics = [] });
            return ApiRoutes.Json(json => json.WriteString("id", draft.Id), StatusCodes.Status201Created);
        }).WithName("beginDraft").WithSummary("Begins a draft of a version").Accepts<object>("application/json").Produces(201, contentType: "application/json").ProducesProblem(429);
        api.MapDelete("/drafts/{id}", (string id) =>
        {
            services.Drafts.Get(id);
            services.Drafts.Discard(id);
            return Results.NoContent();
        }).WithName("discardDraft").WithSummary("Discards a draft and its files").Produces(204).ProducesProblem(404);
        api.MapPost("/uploads", async (HttpContext http) =>
        {
            using var body = await ApiRoutes.Document(http);
            var draft = services.Drafts.Get(ApiRoutes.Text(body, "draft") ?? "");
            var size = body.RootElement.TryGetProperty("size", out var s) && s.TryGetInt64(out var bytes) ? bytes : throw DashboardCodes.InvalidRequest.Error("the body names no size", "send { \"draft\": …, \"name\": …, \"size\": … }");
            var file = services.Uploads.Begin(draft, ApiRoutes.Text(body, "name") ?? "", size, ApiRoutes.Text(body, "digest") is { } digest ? Digest.Parse(digest) : null);
            if (ApiRoutes.Text(body, "role") is { } role && FileRoles.IsValid(role)) file.Role = role;
            http.Response.Headers.Location = PageRoutes.Links(http, services).Raw($"/api/v1/uploads/{file.Id}");
            return ApiRoutes.Json(json => Fields(json, file), StatusCodes.Status201Created);
        }).WithName("beginUpload").WithSummary("Announces a file of a draft: draft, name, size, optional digest").Accepts<object>("application/json").Produces(201, contentType: "application/json").ProducesProblem(413);
        api.MapPatch("/uploads/{id}", async (HttpContext http, string id) =>
        {
            if (!long.TryParse(http.Request.Headers[OffsetHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)) throw DashboardCodes.InvalidRequest.Error($"the request has no {OffsetHeader}", "say where the part begins");
            var file = await services.Uploads.Append(id, offset, http.Request.Body, http.RequestAborted);
            http.Response.Headers[OffsetHeader] = file.Received.ToString(CultureInfo.InvariantCulture);
            return ApiRoutes.Json(json => Fields(json, file));
        }).WithName("appendUpload").WithSummary("Takes a part; Upload-Offset says where it begins").Produces(200, contentType: "application/json").ProducesProblem(400);
        api.MapMethods("/uploads/{id}", ["HEAD", "GET"], (HttpContext http, string id) =>
        {
            var file = services.Uploads.Find(id);
            http.Response.Headers[OffsetHeader] = file.Received.ToString(CultureInfo.InvariantCulture);
            http.Response.Headers[LengthHeader] = file.Size.ToString(CultureInfo.InvariantCulture);
            return HttpMethods.IsHead(http.Request.Method) ? Results.Ok() : ApiRoutes.Json(json => Fields(json, file));
        }).WithName("findUpload").WithSummary("How much of a file has arrived").Produces(200, contentType: "application/json").ProducesProblem(404);
        api.MapDelete("/uploads/{id}", (string id) =>
        {
            services.Uploads.Remove(id);
            return Results.NoContent();
        }).WithName("endUpload").WithSummary("Takes a file out of its draft").Produces(204).ProducesProblem(404);
        api.MapPost("/models/{name}/versions", async (HttpContext http, string name) =>
        {
            using var body = await ApiRoutes.Document(http);
            var draft = services.Drafts.Get(ApiRoutes.Text(body, "draft") ?? "");
            if (draft.Files.Exists(f => !f.IsComplete || f.Problem is not null) || draft.Files.Count == 0) throw DashboardCodes.UploadRefused.Error("the files of the draft are not whole, or not safe", "finish the uploads, and look at what the scan said");
            draft.Name = Addressed.Name(name).Value;
            var request = Metadata(DraftPlan.Request(draft, ApiRoutes.Text(body, "version") is { } version ? ModelVersion.Parse(version) : null), body);
            var verify = !body.RootElement.TryGetProperty("verify", out var v) || v.ValueKind != JsonValueKind.False;
            var result = await Task.Run(() => Register(services, request, verify, http.RequestAborted), http.RequestAborted);
            services.Drafts.Discard(draft.Id);
            return ApiRoutes.Json(json => json.Registration(result), result.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }).WithName("register").WithSummary("Registers a draft: draft, optional version or bump, verify, metadata").Accepts<object>("application/json").Produces(201, contentType: "application/json").ProducesProblem(409).ProducesProblem(422);
    }

    private static RegistrationResult Register(DashboardServices services, RegistrationRequest request, bool verify, CancellationToken cancellation)
    {
        try
        {
            return verify ? Verifier.Register(services.Registry, request, cancellation: cancellation) : services.Registry.Register(request, cancellation);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.VersionExists && services.DraftPages.Family(request.Name.Value, cancellation) is { Versions.Count: > 0 } family)
        {
            var theirs = family.Index?.Find(request.Version!)?.Manifest;
            var next = family.Versions[0].Manifest.Version.Next(VersionStep.Minor);
            throw Codes.VersionExists.Error(theirs is null ? failure.Message : $"{theirs.Id} was registered by {Shown.OneLine(theirs.CreatedBy ?? "somebody")} on {Display.Figures.Time(theirs.CreatedAt)}, with other content", $"the draft is kept: ask for {next}, or leave the version out", failure);
        }
    }

    // The metadata of the body stands for what was prefilled.
    private static RegistrationRequest Metadata(RegistrationRequest request, JsonDocument body)
    {
        request = request with { Step = ApiRoutes.Text(body, "bump") switch { "major" => VersionStep.Major, "minor" => VersionStep.Minor, "patch" => VersionStep.Patch, _ => VersionStep.Auto } };
        if (!body.RootElement.TryGetProperty("metadata", out var metadata)) return request;
        var m = RegistrationMetadata.Parse(System.Text.Encoding.UTF8.GetBytes(metadata.GetRawText()), "metadata");
        return request with
        {
            Framework = m.Framework ?? request.Framework,
            Architecture = m.Architecture ?? request.Architecture,
            Inputs = m.Inputs.Length > 0 ? m.Inputs : request.Inputs,
            Outputs = m.Outputs.Length > 0 ? m.Outputs : request.Outputs,
            Preprocessing = m.Preprocessing ?? request.Preprocessing,
            Metrics = m.Metrics,
            Hyperparameters = m.Hyperparameters.Count > 0 ? m.Hyperparameters : request.Hyperparameters,
            Dataset = m.Dataset ?? request.Dataset,
            Parent = m.Parent ?? request.Parent,
            Notes = m.Notes,
            Tags = m.Tags.Count > 0 ? m.Tags : request.Tags,
            License = m.License ?? request.License,
        };
    }

    private static void Fields(Utf8JsonWriter json, DraftFile file)
    {
        json.WriteString("id", file.Id);
        json.WriteString("name", file.Name);
        json.WriteString("role", file.Role);
        json.WriteNumber("size", file.Size);
        json.WriteNumber("offset", file.Received);
        json.WriteBoolean("complete", file.IsComplete);
        json.WriteString("digest", file.Digest?.Value);
        json.WriteString("scan", file.Examination?.Verdict);
    }
}
