using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace ModelRegistry.Dashboard.Hub;

/// <summary>Reads the paths that a client asks about: a JSON document as the JavaScript client sends it, or a form as the Python one does.</summary>
internal static class HubPaths
{
    /// <exception cref="BadHttpRequestException">Neither, or too long.</exception>
    public static async Task<IReadOnlyList<string>> Read(HttpRequest request, int longest, CancellationToken cancellation)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = longest;
        if (request.HasFormContentType) return [.. (await request.ReadFormAsync(cancellation))["paths"].OfType<string>()];
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 8 }, cancellation);
            return [.. document.RootElement.GetProperty("paths").EnumerateArray().Select(path => path.GetString()).OfType<string>()];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new BadHttpRequestException("the body is not a document with a list of paths", failure);
        }
    }
}
