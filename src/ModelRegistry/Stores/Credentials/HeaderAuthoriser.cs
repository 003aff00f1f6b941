using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Stores.Credentials;

/// <summary>
/// Headers from <c>registry.json</c> and from a credential helper: <c>COMMAND get</c> with <c>{"uri": "…"}</c> on its standard input answers
/// <c>{"headers": {"Name": ["value"]}, "expires": "…"}</c>, as for Bazel and uv. A helper runs only where the user's environment names it.
/// </summary>
internal sealed class HeaderAuthoriser(StoreSettings settings, RegistryOptions options, bool hasQuery) : IRequestAuthoriser, IDisposable
{
    private readonly SemaphoreSlim _asking = new(1);
    private IReadOnlyList<(string Name, string Value)> _headers = [];
    private DateTimeOffset _expires = DateTimeOffset.MinValue;

    public string Credential =>
        settings.CredentialHelper is { } helper ? $"the credential of the helper {Printable.Quote(helper)}"
        : hasQuery ? "the query of registry.json"
        : settings.Headers.Count > 0 ? "the headers of registry.json"
        : "a request without credential";

    public async ValueTask AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        foreach (var (name, value) in settings.Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (settings.CredentialHelper is null) return;
        foreach (var (name, value) in await AskAsync(request.RequestUri!, cancellation).ConfigureAwait(false)) request.Headers.TryAddWithoutValidation(name, value);
    }

    public void Dispose() => _asking.Dispose();

    private async Task<IReadOnlyList<(string Name, string Value)>> AskAsync(Uri address, CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (options.Clock.GetUtcNow() < _expires) return _headers;
            var helper = CredentialProgram.Allowed(settings.CredentialHelper!, options);
            var input = $"{{\"uri\":\"{JsonEncodedText.Encode(StoreTransport.Show(address))}\"}}";
            var answer = await CredentialProgram.RunAsync(helper, ["get"], input, cancellation).ConfigureAwait(false);
            (_headers, _expires) = Read(answer, helper);
            return _headers;
        }
        finally
        {
            _asking.Release();
        }
    }

    private (IReadOnlyList<(string Name, string Value)> Headers, DateTimeOffset Expires) Read(string answer, string helper)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var headers = document.RootElement.GetProperty("headers").EnumerateObject()
                .SelectMany(header => header.Value.EnumerateArray().Select(value => (header.Name, value.GetString()!)))
                .ToList();
            var expires = document.RootElement.TryGetProperty("expires", out var time) && time.TryGetDateTimeOffset(out var at) ? at : options.Clock.GetUtcNow().AddMinutes(5);
            return (headers, expires);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Codes.CredentialHelperFailed.Error($"the credential helper {Printable.Quote(helper)} does not answer {{\"headers\": …}}", "run it by hand: COMMAND get, with {\"uri\": \"https://…\"} on its input", failure);
        }
    }
}
