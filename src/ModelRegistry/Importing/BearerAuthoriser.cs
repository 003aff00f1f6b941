using System.Net.Http.Headers;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Importing;

/// <summary>A token of the environment, never sent in plain text over a network.</summary>
internal sealed class BearerAuthoriser(RegistryOptions options, params string[] variables) : IRequestAuthoriser
{
    private readonly string? _named = variables.FirstOrDefault(name => options.Variable(name) is { Length: > 0 });

    public string Credential => _named is null ? $"a request without token{(variables.Length > 0 ? $" (set {variables[0]})" : "")}" : $"the token in {_named}";

    public ValueTask AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (_named is not null && (request.RequestUri!.Scheme == Uri.UriSchemeHttps || request.RequestUri.IsLoopback))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Variable(_named));
        return ValueTask.CompletedTask;
    }
}
