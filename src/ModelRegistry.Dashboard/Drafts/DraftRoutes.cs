using Microsoft.AspNetCore.Http.Features;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Drafts;

/// <summary>The page of a new version, as one form: with script it saves and uploads by itself, without it each button posts the whole.</summary>
internal static class DraftRoutes
{
    public static void Map(IEndpointRouteBuilder routes, DashboardServices services)
    {
        routes.MapGet("/new", (HttpContext http) => PageRoutes.Show(http, services, PageContent.Of<DraftPage>(services.DraftPages.Run(null, null, DraftPlan.Prefill(null), isNewModel: true))));
        routes.MapGet("/models/{name}/new", (HttpContext http, string name) =>
        {
            var family = services.Reader.Get(Addressed.Name(name), http.RequestAborted);
            return PageRoutes.Show(http, services, PageContent.Of<DraftPage>(services.DraftPages.Run(family, null, DraftPlan.Prefill(family), isNewModel: false)));
        });
        routes.MapGet("/drafts/{id}", (HttpContext http, string id) => Show(http, services, services.Drafts.Get(id)));
        routes.MapPost("/drafts", (HttpContext http) => Post(http, services, null));
        routes.MapPost("/drafts/{id}", (HttpContext http, string id) => Post(http, services, services.Drafts.Get(id)));
    }

    private static Task Show(HttpContext http, DashboardServices services, Draft draft, string? problem = null, int status = StatusCodes.Status200OK, IndexedVersion? other = null, bool ofMetadata = false)
    {
        var family = services.DraftPages.Family(draft.Name, http.RequestAborted);
        return PageRoutes.Show(http, services, PageContent.Of<DraftPage>(services.DraftPages.Run(family, draft, draft.Fields, draft.IsNewModel, problem, other) with { IsOfMetadata = ofMetadata }) with { StatusCode = status });
    }

    private static async Task Post(HttpContext http, DashboardServices services, Draft? draft)
    {
        if (!http.Request.HasFormContentType) throw DashboardCodes.InvalidRequest.Error("the request is not a form", "send the form of the page");
        var limit = Math.Min(services.Options.MaxUpload, long.MaxValue / 2) + (1 << 20);
        if (http.Request.ContentLength > limit) throw DashboardCodes.TooLarge.Error("the files are larger than the limit", "send fewer at once, or raise --max-upload");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit;
        var form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = limit, ValueCountLimit = 2000, ValueLengthLimit = 1 << 20, BufferBody = false }, http.RequestAborted);
        var fields = Fields(form, draft?.Fields);
        var isNew = form["new"] == "1";
        if (Forms.Expired(form, services) is { } expired)
        {
            var family = services.DraftPages.Family(form["name"], http.RequestAborted);
            await PageRoutes.Show(http, services, PageContent.Of<DraftPage>(services.DraftPages.Run(family, draft, fields, isNew, expired)) with { StatusCode = StatusCodes.Status403Forbidden });
            return;
        }

        draft ??= services.Drafts.Begin(form["name"], isNew, fields);
        await draft.Turn.WaitAsync(http.RequestAborted);
        try
        {
            await Apply(http, services, draft, form, fields);
            await Act(http, services, draft, form["do"].ToString(), form["expected"].ToString());
        }
        catch (ModelRegistryException failure)
        {
            await Show(http, services, draft, failure.ToLine()["error ".Length..], ErrorHandling.StatusOf(failure), ofMetadata: form["do"].ToString() is "json" or "fields");
        }
        finally
        {
            draft.Turn.Release();
        }
    }

    private static async Task Apply(HttpContext http, DashboardServices services, Draft draft, IFormCollection form, DraftFields fields)
    {
        if (draft.IsNewModel) draft.Name = form["name"].ToString().Trim();
        if (Verified(draft.Fields) != Verified(fields)) draft.Report = null;
        draft.Fields = fields;
        foreach (var file in draft.Files.ToList())
        {
            var role = form["role-" + file.Id].ToString();
            if (role.Length > 0 && role != file.Role && FileRoles.IsValid(role))
            {
                file.Role = role;
                draft.Report = null;
            }
        }

        if (form["remove"].ToString() is { Length: > 0 } remove) services.Uploads.Remove(draft, remove);
        foreach (var upload in form.Files.Where(f => f.Name == "files" && f.Length > 0))
        {
            var file = services.Uploads.Begin(draft, Path.GetFileName(upload.FileName.Replace('\\', '/')), upload.Length, null);
            await using var stream = upload.OpenReadStream();
            await services.Uploads.Append(file.Id, 0, stream, http.RequestAborted);
        }
    }

    // What the checks look at.
    private static (string, string, string, string, string) Verified(DraftFields fields) => (fields.Framework, fields.Architecture, fields.Inputs, fields.Outputs, fields.Preprocessing);

    private static async Task Act(HttpContext http, DashboardServices services, Draft draft, string action, string expected)
    {
        var links = PageRoutes.Links(http, services);
        switch (action)
        {
            case "discard":
                services.Drafts.Discard(draft.Id);
                http.Response.Redirect(draft.IsNewModel || draft.Name is null ? links.Models : links.Family(draft.Name));
                return;
            case "check":
                draft.Report = await Verify(services, draft, http.RequestAborted);
                break;
            case "json" when draft.Fields.Json is null:
                draft.Fields = draft.Fields with { Json = DraftDocument.Write(draft) };
                break;
            case "fields" when draft.Fields.Json is not null:
                DraftDocument.ToFields(draft);
                break;
            case "register":
                await Register(http, services, draft, expected);
                return;
        }

        http.Response.Redirect(links.Page($"/drafts/{draft.Id}"));
    }

    private static Task<VerificationReport> Verify(DashboardServices services, Draft draft, CancellationToken cancellation)
    {
        var manifest = DraftPlan.Manifest(draft, DraftPlan.Request(draft, null));
        return Task.Run(() => Verifier.Verify(manifest, file => draft.Files.First(f => f.Name == file.Path.Value).Location, Verifier.WithEnginesOf(services.Registry, null), cancellation), cancellation);
    }

    private static async Task Register(HttpContext http, DashboardServices services, Draft draft, string expected)
    {
        var family = services.DraftPages.Family(draft.Name, http.RequestAborted);
        var view = services.DraftPages.Run(family, draft, draft.Fields, draft.IsNewModel);
        if (view.Missing.Count > 0)
        {
            await Show(http, services, draft, $"Not yet: {string.Join(", ", view.Missing)}.", StatusCodes.Status400BadRequest);
            return;
        }

        var links = PageRoutes.Links(http, services);
        var request = DraftPlan.Request(draft, ModelVersion.TryParse(expected, out var shown) ? shown : ModelVersion.Parse(view.Number!));
        if (DraftPlan.Same(family, draft, request) is { } same)
        {
            services.Drafts.Discard(draft.Id);
            http.Response.Redirect(links.Version(draft.Name!, same.Manifest.Version.Value) + "?done=same");
            return;
        }

        // The number that was shown is part of what was agreed to: another one is asked for again.
        var taken = family?.Index?.Find(request.Version!);
        if (taken is not null || view.Number != request.Version!.Value)
        {
            await Show(http, services, draft, taken is null ? $"The next number is {view.Number} now: register it if that is right." : null, StatusCodes.Status409Conflict, taken);
            return;
        }

        try
        {
            var result = await Task.Run(() => draft.Fields.Verify ? Verifier.Register(services.Registry, request, cancellation: http.RequestAborted) : services.Registry.Register(request, http.RequestAborted), http.RequestAborted);
            services.Drafts.Discard(draft.Id);
            http.Response.Redirect(links.Version(result.Id.Name.Value, result.Id.Version.Value) + (result.Created ? "?done=registered" : "?done=same"));
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.VersionExists)
        {
            var now = services.DraftPages.Family(draft.Name, http.RequestAborted);
            await Show(http, services, draft, null, StatusCodes.Status409Conflict, now?.Index?.Find(request.Version!));
        }
    }

    private static DraftFields Fields(IFormCollection form, DraftFields? before)
    {
        string Text(string key) => form[key].ToString();
        var own = new DraftFields
        {
            Bump = Text("bump") is "auto" or "major" or "minor" or "patch" or "explicit" ? Text("bump") : "auto",
            Explicit = Text("explicit"),
            Description = Text("description"),
            Task = Text("task"),
            SourceCommit = Text("source-commit"),
            SourceRepository = Text("source-repository"),
            Verify = Text("verify-shown").Length == 0 || Text("verify") == "1",
        };
        if (Text("view") == "json")
        {
            var last = before ?? own;
            return DraftDocument.Read(Text("json").ReplaceLineEndings("\n"), last with { Bump = own.Bump, Explicit = own.Explicit, Description = own.Description, Task = own.Task, SourceCommit = own.SourceCommit, SourceRepository = own.SourceRepository, Verify = own.Verify });
        }

        var (names, values) = (form["metric-name"], form["metric-value"]);
        return own with
        {
            Framework = Text("framework"),
            Architecture = Text("architecture"),
            Inputs = Text("inputs"),
            Outputs = Text("outputs"),
            Dataset = Text("dataset"),
            Parent = Text("parent"),
            License = Text("license"),
            Metrics = [.. names.Select((n, i) => (n ?? "", i < values.Count ? values[i] ?? "" : "")).Where(m => m.Item1.Length > 0)],
            Hyperparameters = Text("hyperparameters"),
            Tags = Text("tags"),
            Preprocessing = Text("preprocessing"),
            Notes = Text("notes").ReplaceLineEndings("\n"),
            Run = Text("run"),
            TrainedAt = Text("trained-at"),
            Extra = Text("extra"),
        };
    }
}
