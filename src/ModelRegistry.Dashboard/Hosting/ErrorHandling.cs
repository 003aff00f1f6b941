using System.Text.Json;
using ModelRegistry.Dashboard.Errors;
using ModelRegistry.Dashboard.Layout;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Turns every failure into a page or, below <c>/api</c>, a problem document: code, one sentence, what to do, request id.</summary>
internal sealed class ErrorHandling(RequestDelegate next, DashboardServices services, ILogger<ErrorHandling> log)
{
    /// <summary>When what is busy is worth asking again.</summary>
    public const string RetryAfterSeconds = "2";

    public async Task Invoke(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (ModelRegistryException failure)
        {
            await Answer(http, services, failure);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = 499;
        }
        catch (BadHttpRequestException failure)
        {
            var diagnostic = failure.StatusCode == StatusCodes.Status413PayloadTooLarge ? DashboardCodes.TooLarge : DashboardCodes.InvalidRequest;
            await Answer(http, services, diagnostic.Error(failure.Message.TrimEnd('.'), failure.StatusCode == StatusCodes.Status413PayloadTooLarge ? "send less, or raise --max-upload" : "send a complete HTTP request"), failure.StatusCode);
        }
#pragma warning disable CA1031 // The last line of defence: whatever it is, the reader gets a page with an id.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.LogError(failure, "request {Id} failed", http.TraceIdentifier);
            await Answer(http, services, DashboardCodes.Unexpected.Error($"unexpected failure, {failure.GetType().Name}", "start the dashboard with --verbose, do it again and report what it prints"), StatusCodes.Status500InternalServerError);
        }
    }

    public static async Task Answer(HttpContext http, DashboardServices services, ModelRegistryException failure, int? status = null)
    {
        if (http.Response.HasStarted) return;
        http.Response.Clear();
        Security.SecurityHeaders.Put(http.Response);
        http.Response.StatusCode = status ?? StatusOf(failure);
        if (http.Response.StatusCode == StatusCodes.Status429TooManyRequests) http.Response.Headers.RetryAfter = RetryAfterSeconds;
        if (http.Request.Path.StartsWithSegments("/api/v1") || http.Request.Headers.Accept.ToString().StartsWith("application/json", StringComparison.Ordinal))
        {
            http.Response.ContentType = "application/problem+json";
            await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
            json.WriteStartObject();
            json.WriteString("type", failure.Diagnostic.HelpPath);
            json.WriteString("title", failure.Diagnostic.Title);
            json.WriteNumber("status", http.Response.StatusCode);
            json.WriteString("code", failure.Code);
            json.WriteString("detail", failure.Message);
            json.WriteString("fix", failure.Hint);
            json.WriteString("requestId", http.TraceIdentifier);
            json.WriteEndObject();
            return;
        }

        var page = services.Page(Links.Served(http.Request.PathBase, services.Assets.Folder));
        await PageAnswer.Write(http, PageContent.Of<ErrorPage>(ErrorQuery.Of(http, services, failure, page.Links)) with { StatusCode = http.Response.StatusCode }, page);
    }

    public static int StatusOf(ModelRegistryException failure) => failure.Diagnostic switch
    {
        var d when d == DashboardCodes.TooLarge => StatusCodes.Status413PayloadTooLarge,
        var d when d == DashboardCodes.Busy => StatusCodes.Status429TooManyRequests,
        var d when d == DashboardCodes.FormExpired || d == DashboardCodes.ReadOnly => StatusCodes.Status403Forbidden,
        var d when d == Codes.DiskFull => StatusCodes.Status507InsufficientStorage,
        { Kind: ErrorKind.InvalidInput } => StatusCodes.Status400BadRequest,
        { Kind: ErrorKind.NotFound } => StatusCodes.Status404NotFound,
        { Kind: ErrorKind.Conflict } => StatusCodes.Status409Conflict,
        { Kind: ErrorKind.CheckFailed } => StatusCodes.Status422UnprocessableEntity,
        { Kind: ErrorKind.Store } => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
