using Microsoft.AspNetCore.Http.Features;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Security;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Trying;

internal static class TryRoutes
{
    private const int FormOverhead = 100_000;

    public static void Map(IEndpointRouteBuilder routes, DashboardServices services)
    {
        routes.MapGet("/models/{name}/{version}/try", async (HttpContext http, string name, string version) =>
        {
            if (VersionRoutes.Target(http, services, name, version, "/try") is not { } id) return;
            ResultView? result = null;
            if (http.Request.Query["result"].ToString() is { Length: > 0 and < 40 } kept) result = await Kept(http, services, id, kept);
            await PageRoutes.Show(http, services, PageContent.Of<TryPage>(Page(services, id, result, http.RequestAborted)));
        });
        routes.MapPost("/models/{name}/{version}/try", (HttpContext http, string name, string version) => Post(http, services, VersionRoutes.Exactly(name, version), asFragment: false));
        routes.MapPost("/fragments/try/{name}/{version}", (HttpContext http, string name, string version) => Post(http, services, VersionRoutes.Exactly(name, version), asFragment: true));
        routes.MapGet("/fragments/try/{name}/{version}/{result}", async (HttpContext http, string name, string version, string result) =>
            await PageRoutes.Show(http, services, PageContent.Of<ResultPanel>(await Kept(http, services, VersionRoutes.Exactly(name, version), result, others: true))));
        routes.MapGet("/models/{name}/{version}/try/results/{result}/{file}", (HttpContext http, string result, string file) => Picture(http, services, result, file));
        routes.MapGet("/samples/{name}", (HttpContext http, string name) =>
        {
            if (DigitSamples.Read(name) is not { } image) return Results.NotFound();
            http.Response.Headers.CacheControl = "private, max-age=3600";
            return Results.Bytes(image, "image/png");
        });
    }

    private static TryView Page(DashboardServices services, ModelId id, ResultView? result, CancellationToken cancellation)
    {
        var head = services.Heads.Of(id, cancellation);
        return new TryView
        {
            Head = head,
            Samples = DigitSamples.Fit(head.Manifest) ? DigitSamples.Names : [],
            OwnSamples = [.. head.Manifest.Files.Where(f => f.Role is FileRoles.SampleInput or "sample").Select(f => f.Path.Value).Where(p => p.EndsWith(".npy", StringComparison.Ordinal) || p.EndsWith(".png", StringComparison.Ordinal)).Take(24)],
            Result = result,
        };
    }

    private static async Task<ResultView> Kept(HttpContext http, DashboardServices services, ModelId id, string result, bool others = false)
    {
        var head = services.Heads.Of(id, http.RequestAborted);
        try
        {
            var trial = services.Trials.Get(result);
            if (trial.Model != id) throw DashboardCodes.DraftGone.Error("this result is of another version", "run the input again");
            var ask = others || http.Request.Query["others"] == "1";
            return new ResultView { Head = head, Trial = trial, All = http.Request.Query["all"] == "1", Others = ask ? await services.Trials.Others(trial, head.Family, http.RequestAborted) : null };
        }
        catch (ModelRegistryException failure)
        {
            return new ResultView { Head = head, Problem = failure };
        }
    }

    private static async Task Post(HttpContext http, DashboardServices services, ModelId id, bool asFragment)
    {
        var head = services.Heads.Of(id, http.RequestAborted);
        try
        {
            var trial = await services.Trials.Run(id, await Input(http, services, id), http.RequestAborted);
            if (asFragment) await PageRoutes.Show(http, services, PageContent.Of<ResultPanel>(new ResultView { Head = head, Trial = trial }));
            else http.Response.Redirect(PageRoutes.Links(http, services).Version(id.Name.Value, id.Version.Value, "try") + $"?result={trial.Id}#result");
        }
        catch (ModelRegistryException failure)
        {
            var result = new ResultView { Head = head, Problem = failure };
            var status = ErrorHandling.StatusOf(failure);
            if (status == StatusCodes.Status429TooManyRequests) http.Response.Headers.RetryAfter = ErrorHandling.RetryAfterSeconds;
            await PageRoutes.Show(http, services, (asFragment ? PageContent.Of<ResultPanel>(result) : PageContent.Of<TryPage>(Page(services, id, result, http.RequestAborted))) with { StatusCode = status });
        }
    }

    private static async Task<TrialInput> Input(HttpContext http, DashboardServices services, ModelId id)
    {
        if (!http.Request.HasFormContentType) throw DashboardCodes.InvalidRequest.Error("the request is not a form", "send the form of the page");
        if (http.Request.ContentLength > TrialInput.MaxLength + FormOverhead) throw DashboardCodes.TooLarge.Error("the image is larger than 20 MB", "send a smaller one");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = TrialInput.MaxLength + FormOverhead;
        var form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = TrialInput.MaxLength, MemoryBufferThreshold = TrialInput.MaxLength, BufferBody = false }, http.RequestAborted);
        if (form["sample"].ToString() is { Length: > 0 } sample) return new TrialInput(sample, DigitSamples.Read(sample) ?? throw DashboardCodes.ImageRefused.Error("there is no such sample", "choose one of the page"));
        if (form["file"].ToString() is { Length: > 0 } path)
        {
            var manifest = services.Registry.Get(id);
            var file = manifest.Files.FirstOrDefault(f => f.Path.Value == path && f.Role is FileRoles.SampleInput or "sample") ?? throw DashboardCodes.ImageRefused.Error("the version has no such sample", "choose one of the page");
            return new TrialInput(Path.GetFileName(file.Path.Value), await File.ReadAllBytesAsync(services.Registry.Locate(file, id, http.RequestAborted), http.RequestAborted));
        }

        if (form.Files.GetFile("input") is not { Length: > 0 } upload) throw DashboardCodes.ImageRefused.Error("no image was chosen", "choose a sample or a file");
        using var bytes = new MemoryStream();
        await upload.CopyToAsync(bytes, http.RequestAborted);
        return new TrialInput(Path.GetFileName(upload.FileName.Replace('\\', '/')) is { Length: > 0 and < 200 } named ? named : "image", bytes.ToArray());
    }

    private static IResult Picture(HttpContext http, DashboardServices services, string result, string file)
    {
        var trial = services.Trials.Get(result);
        var (bytes, type) = file switch
        {
            "given.png" when trial.Input.IsPng => (trial.Input.Bytes, "image/png"),
            "seen.png" => (trial.Seen, "image/png"),
            "made.png" => (trial.Made, "image/png"),
            "segments.png" => (trial.Segments, "image/png"),
            "output.npy" when trial.Outputs is [var output, ..] => (NpyBytes.Of(output), "application/octet-stream"),
            _ => (null, ""),
        };
        if (bytes is null) throw DashboardCodes.PageNotFound.Error("the result has no such picture", "run the input again");
        http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        return Results.Bytes(bytes, type, type == "image/png" ? null : "output.npy");
    }
}
