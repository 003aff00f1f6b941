using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Security;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Trying;

internal static class TryRoutes
{
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

    private static TryView Page(DashboardServices services, ModelId id, ResultView? result, CancellationToken cancellation, IFormCollection? form = null)
    {
        var head = services.Heads.Of(id, cancellation);
        return new TryView
        {
            Head = head,
            Panels = Panels(head.Manifest, result?.Trial, form),
            Samples = DigitSamples.Fit(head.Manifest) ? DigitSamples.Names : [],
            OwnSamples = [.. head.Manifest.Files.Where(f => f.Role is FileRoles.SampleInput or "sample").Select(f => f.Path.Value).Where(p => Path.GetExtension(p) is ".npy" or ".png" or ".safetensors").Take(24)],
            Result = result,
            IsMissing = !services.StoredFiles.Has(head.Manifest.Weights),
            IsDark = IsDark(services, head.Manifest, cancellation),
        };
    }

    // Most of a drawing is its ground: the sample says whether that is the lower end of its values. Without one the pad starts as the digits of MNIST are.
    private static bool IsDark(DashboardServices services, Manifest manifest, CancellationToken cancellation)
    {
        const int Most = 4 << 20;
        if (manifest.Inputs is not [{ Shape: [_, 1 or 3, _, _] }] || manifest.Files.FirstOrDefault(f => f.Role == FileRoles.SampleInput && f.Size < Most && f.Path.Value.EndsWith(".npy", StringComparison.Ordinal)) is not { } sample) return true;
        try
        {
            using var stream = File.OpenRead(services.Registry.Locate(sample, manifest.Id, cancellation));
            var values = Weights.NpyFile.Read(stream).ToFloat32();
            Array.Sort(values);
            return values.Length == 0 || values[values.Length / 2] <= (values[0] + values[^1]) / 2;
        }
        catch (Exception failure) when (failure is ModelRegistryException or Weights.WeightsFormatException or IOException)
        {
            return true;
        }
    }

    private static List<TryPanel> Panels(Manifest manifest, Trial? trial, IFormCollection? form)
    {
        bool TakesImage(TensorSpec input) => input.Dtype is "float32" or "float16" or "float64" && input.Shape switch
        {
            [_, var first, _, var last] => first is -1 or 1 or 3 || last is 1 or 3,
            // A vector may be an image in a row.
            [_, _] => manifest.Preprocessing is not null,
            _ => false,
        };
        if (manifest.Inputs is [] || (manifest.Inputs is [var only] && TakesImage(only))) return [];
        return [.. manifest.Inputs.Select((input, i) =>
        {
            var given = trial is not null && i < trial.Inputs.Count ? trial.Inputs[i] : null;
            var numbers = form?[$"numbers-{i}"].ToString() ?? (given is { IsNumbers: true } typed ? System.Text.Encoding.UTF8.GetString(typed.Bytes) : "");
            return new TryPanel(input, TakesImage(input), numbers, given is { IsNumbers: false } file ? file.Name : null);
        })];
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
        IFormCollection? form = null;
        try
        {
            form = await TryForm.Read(http, head.Manifest);
            var trial = await services.Trials.Run(id, await Inputs(form, services, head.Manifest, http.RequestAborted), http.RequestAborted);
            if (asFragment) await PageRoutes.Show(http, services, PageContent.Of<ResultPanel>(new ResultView { Head = head, Trial = trial }));
            else http.Response.Redirect(PageRoutes.Links(http, services).Version(id.Name.Value, id.Version.Value, "try") + $"?result={trial.Id}#result");
        }
        catch (ModelRegistryException failure)
        {
            var result = new ResultView { Head = head, Problem = failure };
            var status = ErrorHandling.StatusOf(failure);
            if (status == StatusCodes.Status429TooManyRequests) http.Response.Headers.RetryAfter = ErrorHandling.RetryAfterSeconds;
            await PageRoutes.Show(http, services, (asFragment ? PageContent.Of<ResultPanel>(result) : PageContent.Of<TryPage>(Page(services, id, result, http.RequestAborted, form))) with { StatusCode = status });
        }
    }

    private static async Task<IReadOnlyList<TrialInput>> Inputs(IFormCollection form, DashboardServices services, Manifest manifest, CancellationToken cancellation)
    {
        if (form["sample"].ToString() is { Length: > 0 } sample) return [new TrialInput(sample, DigitSamples.Read(sample) ?? throw DashboardCodes.InputRefused.Error("there is no such sample", "choose one of the page"))];
        if (form["file"].ToString() is { Length: > 0 } path)
        {
            var file = manifest.Files.FirstOrDefault(f => f.Path.Value == path && f.Role is FileRoles.SampleInput or "sample") ?? throw DashboardCodes.InputRefused.Error("the version has no such sample", "choose one of the page");
            var (name, location) = (Path.GetFileName(file.Path.Value), services.Registry.Locate(file, manifest.Id, cancellation));
            return Path.GetExtension(name) == ".safetensors" ? TryForm.Sample(name, location, manifest) : [new TrialInput(name, await File.ReadAllBytesAsync(location, cancellation))];
        }

        if (form.ContainsKey("numbers-0")) return await TryForm.Panels(form, manifest, form["kept"].ToString() is { Length: > 0 and < 40 } kept ? services.Trials.Find(kept, manifest.Id) : null, cancellation);
        return form.Files.GetFile("input") is { Length: > 0 } upload ? [await TryForm.File(upload, cancellation)] : throw DashboardCodes.InputRefused.Error("no image was chosen", "choose a sample or a file");
    }

    private static IResult Picture(HttpContext http, DashboardServices services, string result, string file)
    {
        var trial = services.Trials.Get(result);
        // The first of each kind has no number.
        var (kind, index) = Path.GetFileNameWithoutExtension(file).Split('-') is [var named, var number] && int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at) ? (named + Path.GetExtension(file), at) : (file, 0);
        var (bytes, type) = kind switch
        {
            "given.png" when index < trial.Inputs.Count && trial.Inputs[index].IsPng => (trial.Inputs[index].Bytes, "image/png"),
            "seen.png" when index < trial.Seen.Count => (trial.Seen[index].Picture, "image/png"),
            "made.png" => (trial.Made, "image/png"),
            "segments.png" => (trial.Segments, "image/png"),
            "output.npy" when index < trial.Outputs.Count => (NpyBytes.Of(trial.Outputs[index]), "application/octet-stream"),
            _ => (null, ""),
        };
        if (bytes is null) throw DashboardCodes.PageNotFound.Error("the result has no such picture", "run the input again");
        http.Response.Headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        return Results.Bytes(bytes, type, type == "image/png" ? null : file);
    }
}
