using System.Net;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Importing;

/// <summary>A file of a web server.</summary>
/// <param name="address">Where it is.</param>
/// <param name="options">Has the tokens and the clock.</param>
/// <param name="tokens">The variables that may hold a token for that server; none for an address that the user did not choose.</param>
internal sealed class WebFile(Uri address, RegistryOptions options, params string[] tokens)
{
    public StoreTransport Transport { get; } = new("the server", insecure: false, new BearerAuthoriser(options, tokens), options) { Advice = "check the address and the network, then try again" };

    /// <summary>What the server says of it without sending it; null where it is not there.</summary>
    public async Task<(long? Length, string? Etag)?> AskAsync(CancellationToken cancellation)
    {
        using var head = await Transport.SendAgainAsync(address, static () => new HttpRequestMessage(HttpMethod.Head, (Uri?)null), cancellation).ConfigureAwait(false);
        if (head.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
        return head.IsSuccessStatusCode ? (head.Content.Headers.ContentLength, head.Headers.ETag?.Tag) : throw Transport.Refused(head, address, "HEAD");
    }
}
