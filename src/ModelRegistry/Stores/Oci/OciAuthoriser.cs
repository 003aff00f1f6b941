using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Stores.Credentials;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Stores.Oci;

/// <summary>
/// Answers the challenges of an OCI registry: basic, or a bearer token from its realm (distribution, token authentication), kept for each
/// scope until it expires. A realm on another host gets no credential unless <c>trustedRealms</c> names it.
/// </summary>
internal sealed class OciAuthoriser(StoreSettings settings, OciNames names, RegistryOptions options) : IRequestAuthoriser
{
    private const int LongestToken = 1 << 20;

    private readonly ConcurrentDictionary<string, (string Header, DateTimeOffset Until)> _tokens = new(StringComparer.Ordinal);
    private readonly Lazy<Task<OciCredential?>> _credential = new(() => OciCredentials.FindAsync(names.Root.Authority, options));
    private volatile string? _basic;

    public string Credential => _credential is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && _credential.Value.Result is { } known ? known.Source : "a request without credential";

    public ValueTask AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        // An upload may be sent on to another host, which is none of the credential's business.
        if (request.RequestUri!.Authority != names.Root.Authority) return ValueTask.CompletedTask;
        var header = _basic ?? (_tokens.TryGetValue(Scope(request), out var token) && options.Clock.GetUtcNow() < token.Until ? token.Header : null);
        if (header is not null) request.Headers.TryAddWithoutValidation("Authorization", header);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<bool> AnswerChallengeAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellation)
    {
        if (request.RequestUri!.Authority != names.Root.Authority) return false;
        var credential = await _credential.Value.WaitAsync(cancellation).ConfigureAwait(false);
        foreach (var challenge in response.Headers.WwwAuthenticate)
        {
            if (challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && credential?.Basic is { } basic)
            {
                _basic = "Basic " + basic;
                return true;
            }

            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                _tokens[Scope(request)] = await TokenAsync(Parameters(challenge.Parameter ?? ""), credential, cancellation).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    // One token for reading and one for writing each repository, and one for taking a blob from another.
    private static string Scope(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        var from = request.RequestUri.Query is var query && query.IndexOf("&from=", StringComparison.Ordinal) is var at and > 0 ? query[at..] : "";
        var end = path.LastIndexOf("/blobs/", StringComparison.Ordinal) is var blobs and > 0 ? blobs : path.LastIndexOf("/manifests/", StringComparison.Ordinal);
        return (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head ? "pull " : "push ") + (end > 0 ? path[..end] : path) + from;
    }

    private async Task<(string Header, DateTimeOffset Until)> TokenAsync(Dictionary<string, string> challenge, OciCredential? credential, CancellationToken cancellation)
    {
        if (credential?.Token is { } ready) return ("Bearer " + ready, DateTimeOffset.MaxValue);
        if (!Uri.TryCreate(challenge.GetValueOrDefault("realm"), UriKind.Absolute, out var realm)) throw Codes.CredentialsRefused.Error($"{settings.Name} {names.Place} asks for a token and names no realm for it", "ask who keeps the registry");
        var isTrusted = realm.Authority == names.Root.Authority || settings.TrustedRealms.Contains(realm.Authority, StringComparer.Ordinal);
        if (!isTrusted && credential is not null)
            throw Codes.RealmNotTrusted.Error($"{settings.Name} {names.Place} sends its users to {Printable.Quote(realm.Authority)} for tokens, which gets no credential of {names.Root.Authority}", $"if that is right, add \"trustedRealms\": [\"{Printable.Quote(realm.Authority)}\"] to the store in registry.json");
        var transport = new StoreTransport(settings.Name, settings.Insecure, new RealmAuthoriser(isTrusted ? credential : null), options);
        var query = new StringBuilder(realm.Query.Length > 0 ? "&" : "?");
        if (challenge.TryGetValue("service", out var service)) query.Append("service=").Append(Uri.EscapeDataString(service)).Append('&');
        // Several scopes, as for a blob that comes from another repository, are asked for one by one.
        foreach (var scope in challenge.GetValueOrDefault("scope", "").Split(' ', StringSplitOptions.RemoveEmptyEntries)) query.Append("scope=").Append(Uri.EscapeDataString(scope)).Append('&');

        var identity = isTrusted ? credential?.IdentityToken : null;
        return Read(await transport.AskAsync(
            identity is null ? new Uri(realm.AbsoluteUri + query.ToString().TrimEnd('&', '?')) : realm,
            () => identity is null ? new HttpRequestMessage(HttpMethod.Get, (Uri?)null) : Refresh(identity, challenge), "a request for a token", LongestToken, cancellation).ConfigureAwait(false) ?? []);
    }

    private static HttpRequestMessage Refresh(string identity, Dictionary<string, string> challenge) => new(HttpMethod.Post, (Uri?)null)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = "modelreg",
            ["refresh_token"] = identity,
            ["service"] = challenge.GetValueOrDefault("service", ""),
            ["scope"] = challenge.GetValueOrDefault("scope", ""),
        }),
    };

    private (string Header, DateTimeOffset Until) Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var token = root.TryGetProperty("token", out var first) ? first.GetString() : root.GetProperty("access_token").GetString();
            // distribution: a token without a lifetime holds for a minute.
            var seconds = root.TryGetProperty("expires_in", out var lifetime) && lifetime.TryGetInt32(out var given) ? given : 60;
            return ("Bearer " + token, options.Clock.GetUtcNow().AddSeconds(Math.Max(1, seconds - 10)));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Codes.CredentialsRefused.Error($"the token server of {settings.Name} {names.Place} answers without a token", "ask who keeps the registry", failure);
        }
    }

    // key="value", key="value": values may hold commas.
    private static Dictionary<string, string> Parameters(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0) break;
            var key = text[at..equals].Trim(' ', ',');
            var quoted = equals + 1 < text.Length && text[equals + 1] == '"';
            var start = quoted ? equals + 2 : equals + 1;
            var end = text.IndexOf(quoted ? '"' : ',', Math.Min(start, text.Length));
            if (end < 0) end = text.Length;
            found.TryAdd(key, text[start..end]);
            at = Math.Min(text.Length, end + 1);
        }

        return found;
    }

    private sealed class RealmAuthoriser(OciCredential? credential) : IRequestAuthoriser
    {
        public string Credential => credential?.Source ?? "a request without credential";

        public ValueTask AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellation)
        {
            if (credential?.Basic is { } basic && request.Method == HttpMethod.Get) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
            return ValueTask.CompletedTask;
        }
    }
}
