using System.IO.Compression;
using ModelRegistry.Dashboard.Layout;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Sends a rendered page, compressed where the browser takes it.</summary>
internal static class PageAnswer
{
    // Below this the header costs more than the saving.
    private const int WorthCompressing = 1400;

    public static async Task Write(HttpContext http, PageContent content, PageContext page)
    {
        var html = await PageRenderer.Render(content, page);
        var response = http.Response;
        response.StatusCode = content.StatusCode;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.Vary = "Accept-Encoding";
        if (html.Length >= WorthCompressing && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            using var buffer = new MemoryStream(html.Length / 4);
            await using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(html.Span);
            html = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
            response.Headers.ContentEncoding = "gzip";
        }

        response.ContentLength = html.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.BodyWriter.WriteAsync(html, http.RequestAborted);
    }
}
