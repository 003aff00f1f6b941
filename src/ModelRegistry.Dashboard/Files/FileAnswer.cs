using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace ModelRegistry.Dashboard.Files;

/// <summary>Answers with a file that is open, whole or a range of it, under the conditions that the request names, and closes it.</summary>
internal sealed class FileAnswer(FileStream file, string name, EntityTagHeaderValue tag) : IResult
{
    /// <summary>The most that the kernel is handed at once.</summary>
    private const int Piece = 1 << 20;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var closed = file;
        if (!HttpMethods.IsGet(httpContext.Request.Method) || httpContext.Features.Get<FileOutput>() is not { } output)
        {
            await Framework(file).ExecuteAsync(httpContext);
            return;
        }

        // Conditions and ranges are the framework's, as it answers HEAD. It disposes what it is given.
        httpContext.Request.Method = HttpMethods.Head;
        await Framework(new FileStream(new SafeFileHandle(file.SafeFileHandle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, bufferSize: 0)).ExecuteAsync(httpContext);
        httpContext.Request.Method = HttpMethods.Get;
        var response = httpContext.Response;
        if (response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status206PartialContent)) return;
        var (offset, end) = (0L, response.ContentLength ?? 0);
        if (response.GetTypedHeaders().ContentRange is { From: { } from, To: { } to }) (offset, end) = (from, to + 1);
        await response.StartAsync();
        // The server's own watch counts no bytes that are written so: the same rate is asked for here, piece by piece.
        var watch = httpContext.Features.Get<IHttpMinResponseDataRateFeature>();
        var least = watch?.MinDataRate;
        watch?.MinDataRate = null;
        using var late = new CancellationTokenSource();
        await using var aborts = late.Token.Register(httpContext.Abort);
        for (; offset < end; offset += Piece)
        {
            if (least is not null) late.CancelAfter(least.GracePeriod + TimeSpan.FromSeconds(Math.Min(Piece, end - offset) / least.BytesPerSecond));
            if (await output.WriteAsync(response.BodyWriter, file, offset, (int)Math.Min(Piece, end - offset))) continue;
            // Nobody reads any more, or the file is shorter than it was: what was promised is not sent.
            httpContext.Abort();
            return;
        }
    }

    private IResult Framework(FileStream from) => Results.Stream(from, "application/octet-stream", name, lastModified: null, tag, enableRangeProcessing: true);
}
