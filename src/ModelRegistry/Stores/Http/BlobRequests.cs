using System.Globalization;
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
    /// <param name="address">The blob.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="version">What the server called the content when the bytes before the offset came: where it has other content now it sends all of it.</param>
    /// <param name="cancellation">Stops it.</param>
    public async ValueTask<ArtifactContent?> OpenAsync(Uri address, long offset, string? version, CancellationToken cancellation)
    {
        var response = await transport.SendAsync(address, () => Get(offset, version), cancellation).ConfigureAwait(false);
        // Whatever the server has against this range, it has the blob: all of it, then.
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && offset > 0)
        {
            response.Dispose();
            return await OpenAsync(address, 0, null, cancellation).ConfigureAwait(false);
        }

        switch (response.StatusCode)
        {
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                response.Dispose();
                return null;
            // A server that knows no ranges, or has other content now, sends all of it; then it is read from the start.
            case HttpStatusCode.OK:
                return await ContentAsync(response, 0, response.Content.Headers.ContentLength, cancellation).ConfigureAwait(false);
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { From: { } from } range:
                return await ContentAsync(response, from, range.Length, cancellation).ConfigureAwait(false);
            default:
                throw transport.Refused(response, address, "GET");
        }
    }

    private async ValueTask<ArtifactContent> ContentAsync(HttpResponseMessage response, long offset, long? length, CancellationToken cancellation) =>
        new(await transport.ReadAsync(response, cancellation).ConfigureAwait(false), offset, length) { Version = VersionOf(response) };

    // If-Range (RFC 9110, 13.1.5) takes a strong entity tag, or the date.
    private static string? VersionOf(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);

    private static HttpRequestMessage Get(long offset, string? version)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, (Uri?)null);
        if (offset == 0) return request;
        request.Headers.Range = new RangeHeaderValue(offset, null);
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Range", version);
        return request;
    }
}
