using System.Net;
using System.Net.Http.Headers;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Stores.Http;

/// <summary>
/// Sends the requests of one store. Redirects are followed by hand, five at most and never from https to http; what authorises a request
/// stays on the first host. Plain http goes to this machine only, unless the store is marked insecure.
/// </summary>
internal sealed class StoreTransport(string name, bool insecure, IRequestAuthoriser authoriser, RegistryOptions options)
{
    private const int MostRedirects = 5;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(100);

    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        Expect100ContinueTimeout = TimeSpan.FromSeconds(10),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>What to do where nothing answers.</summary>
    public string Advice { get; init; } = "check the address in registry.json and the network, then try again";

    /// <summary>Sends a request that may be sent again, as often as that helps.</summary>
    public Task<HttpResponseMessage> SendAgainAsync(Uri address, Func<HttpRequestMessage> make, CancellationToken cancellation) =>
        AgainAsync(address, () => SendAsync(address, make, cancellation), cancellation);

    /// <summary>Sends a request that may be sent again, and reads the document that answers it.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="make">Makes the request.</param>
    /// <param name="what">What is asked for, for messages.</param>
    /// <param name="most">The longest document that is read.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The document; null where there is none (404).</returns>
    public Task<byte[]?> AskAsync(Uri address, Func<HttpRequestMessage> make, string what, int most, CancellationToken cancellation) =>
        AgainAsync<byte[]?>(
            address,
            async () =>
            {
                var response = await SendAsync(address, make, cancellation).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.NotFound) using (response) return null;
                if (!response.IsSuccessStatusCode) throw Refused(response, address, what);
                return await ReadAllAsync(response, most, cancellation).ConfigureAwait(false) ?? throw Codes.StoreRefused.Error($"{name} {Show(address)} answers {what} with more than {most} bytes", "check the address in registry.json");
            },
            cancellation);

    /// <summary>Sends a request once. What may pass is thrown as a transient failure; 401 and 403 are final.</summary>
    public async Task<HttpResponseMessage> SendAsync(Uri address, Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        var (at, challenged) = (address, false);
        for (var redirects = 0; ;)
        {
            RequireSafe(at);
            using var request = make();
            request.RequestUri = at;
            request.Version = HttpVersion.Version11;
            var isFirstHost = at.Host == address.Host && at.Port == address.Port && at.Scheme == address.Scheme;
            if (isFirstHost) await authoriser.AuthoriseAsync(request, cancellation).ConfigureAwait(false);
            var response = await AnswerAsync(request, cancellation).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.Unauthorized && isFirstHost && !challenged && await authoriser.AnswerChallengeAsync(request, response, cancellation).ConfigureAwait(false))
            {
                challenged = true;
                response.Dispose();
                continue;
            }

            if (response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                && response.Headers.Location is { } location)
            {
                response.Dispose();
                var next = new Uri(at, location);
                if (++redirects > MostRedirects) throw Codes.RedirectRefused.Error($"{name} {Show(address)} redirects more than {MostRedirects} times", "check the address in registry.json");
                if (at.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps) throw Codes.RedirectRefused.Error($"{name} {Show(address)} redirects from https to {next.Scheme}://{next.Host}", "ask who keeps the store");
                at = next;
                continue;
            }

            return await CheckAsync(response, address).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the body of an answer: a read that gets nothing for a minute is a broken connection.</summary>
    public async Task<Stream> ReadAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        new AnswerStream(response, await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), options.Clock);

    /// <summary>Does what may be done again as often as that helps.</summary>
    /// <param name="address">Where to, for the message.</param>
    /// <param name="send">Sends and reads.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<T> AgainAsync<T>(Uri address, Func<Task<T>> send, CancellationToken cancellation)
    {
        var retries = new Retries(options.Clock);
        while (true)
        {
            try
            {
                return await send().ConfigureAwait(false);
            }
            catch (Exception failure) when (Retries.IsTransient(failure, cancellation))
            {
                if (!await retries.WaitAsync(failure, cancellation).ConfigureAwait(false))
                    throw Codes.StoreUnreachable.Error($"{name} {Show(address)} does not answer: {Why(failure)}", Advice, failure);
            }
        }
    }

    /// <summary>Reads the body of an answer whole; null where there is more than that.</summary>
    public async Task<byte[]?> ReadAllAsync(HttpResponseMessage response, long most, CancellationToken cancellation)
    {
        await using var body = await ReadAsync(response, cancellation).ConfigureAwait(false);
        using var content = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await body.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var read and > 0)
        {
            if (content.Length + read > most) return null;
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    /// <summary>The failure that an answer means which is none that was hoped for.</summary>
    public ModelRegistryException Refused(HttpResponseMessage response, Uri address, string doing)
    {
        using (response)
        {
            return Codes.StoreRefused.Error(
                $"{name} {Show(address)} answers {(int)response.StatusCode} {response.ReasonPhrase} to {doing}",
                response.StatusCode switch
                {
                    HttpStatusCode.RequestEntityTooLarge => "raise the server's limit for the size of a body",
                    HttpStatusCode.MethodNotAllowed => "the server does not take files; push to another store",
                    HttpStatusCode.InsufficientStorage => "the server is out of space",
                    _ => "check the address in registry.json and what the server's log says",
                });
        }
    }

    /// <summary>An address without what may be secret in it.</summary>
    public static string Show(Uri address) => address.GetComponents(UriComponents.Scheme | UriComponents.HostAndPort | UriComponents.Path, UriFormat.UriEscaped);

    private static async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // A body takes as long as it takes; the answer to a request without one must come.
        if (request.Content is null) limit.CancelAfter(AnswerTimeout);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> CheckAsync(HttpResponseMessage response, Uri address)
    {
        var status = (int)response.StatusCode;
        if (status is 408 or 425 or 429 or >= 500 and not 501 and not 505 and not 507)
        {
            var after = RetryAfter(response.Headers.RetryAfter);
            response.Dispose();
            throw new TransientStoreException($"the server answers {status}", after) { Status = status };
        }

        if (status is not (401 or 403)) return response;
        var said = await SayAsync(response).ConfigureAwait(false);
        throw Codes.CredentialsRefused.Error($"{name} {Show(address)} answers {status}{said} to {authoriser.Credential}", "check that credential, or give another one; docs/stores.md lists where they are looked for");
    }

    // The code of an error that a store names in its body helps more than the number; anything else is left out.
    private static async Task<string> SayAsync(HttpResponseMessage response)
    {
        using (response)
        {
            if (response.Content.Headers.ContentLength is not (> 0 and < 4096)) return "";
            var body = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
            var code = body.IndexOf("<Code>", StringComparison.Ordinal) is var start and >= 0 && body.IndexOf('<', start + 6) is var end && end > start
                ? body[(start + 6)..end] : null;
            return code is { Length: < 60 } ? $" ({Printable.Quote(code)})" : "";
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? value) =>
        value?.Delta ?? (value?.Date is { } date && date > options.Clock.GetUtcNow() ? date - options.Clock.GetUtcNow() : null);

    private void RequireSafe(Uri address)
    {
        if (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (insecure || address.IsLoopback))) return;
        throw Codes.StoreSettingsInvalid.Error($"{name} {Show(address)} is not https", "use https, or write \"insecure\": true for that store in registry.json");
    }

    private static string Why(Exception failure) => failure switch
    {
        OperationCanceledException => "no answer in time",
        { InnerException: { } inner } => inner.Message,
        _ => failure.Message,
    };
}

/// <summary>Adds what shows who asks. Only the host that the store is on ever sees it.</summary>
internal interface IRequestAuthoriser
{
    /// <summary>The credential in use and where it came from, for messages: never the secret.</summary>
    string Credential { get; }

    /// <summary>Adds it to a request that is complete otherwise.</summary>
    ValueTask AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellation);

    /// <summary>Looks at a 401; true where the request is worth sending again.</summary>
    ValueTask<bool> AnswerChallengeAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellation) => ValueTask.FromResult(false);
}
