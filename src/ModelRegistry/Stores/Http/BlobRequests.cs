using System.Net;
using System.Net.Http.Headers;

namespace ModelRegistry.Stores.Http;

/// <summary>HEAD and GET of a blob, which web servers, buckets and OCI registries answer alike.</summary>
internal sealed class BlobRequests(StoreTransport transport)
{
    /// <summary>The length that the server says; null where it has no such blob.</summary>
    /// <param name="address">The blob.</param>
    /// <param name="expected">What to answer where the server has it and does not say how long it is: the digest decides in the end.</param>
    /// <param name="cancellation">Stops it.</param>
    public async ValueTask<long?> FindAsync(Uri address, long expected, CancellationToken cancellation)
    {
        using var response = await transport.SendAgainAsync(address, static () => new HttpRequestMessage(HttpMethod.Head, (Uri?)null), cancellation).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
        return response.StatusCode == HttpStatusCode.OK ? response.Content.Headers.ContentLength ?? expected : throw transport.Refused(response, address, "HEAD");
    }

    /// <summary>Opens a blob at an offset; null where the server has no such blob.</summary>
    public async ValueTask<ArtifactContent?> OpenAsync(Uri address, long offset, CancellationToken cancellation)
    {
        var response = await transport.SendAsync(address, () => Get(offset), cancellation).ConfigureAwait(false);
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                response.Dispose();
                return null;
            // A server that knows no ranges sends all of it; then it is read from the start.
            case HttpStatusCode.OK:
                return new ArtifactContent(await StoreTransport.ReadAsync(response, cancellation).ConfigureAwait(false), 0, response.Content.Headers.ContentLength);
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { From: { } from } range:
                return new ArtifactContent(await StoreTransport.ReadAsync(response, cancellation).ConfigureAwait(false), from, range.Length);
            default:
                throw transport.Refused(response, address, "GET");
        }
    }

    private static HttpRequestMessage Get(long offset)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, (Uri?)null);
        if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
        return request;
    }
}
