using ModelRegistry.Stores.Http;

namespace ModelRegistry.Stores.S3;

/// <summary>Signs the requests of one bucket; without a credential they go unsigned, as a public bucket takes them.</summary>
internal sealed class S3Authoriser(string region, RegistryOptions options) : IRequestAuthoriser, IDisposable
{
    /// <summary>The option of a request that holds the SHA-256 of its body in hex.</summary>
    public static readonly HttpRequestOptionsKey<string> BodyHash = new("sha256");

    private readonly SemaphoreSlim _asking = new(1);
    private S3Credential? _credential;
    private bool _asked;

    public string Credential => _credential?.Source ?? "a request without credential";

    public async ValueTask AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (await FindAsync(cancellation).ConfigureAwait(false) is not { } credential) return;
        S3Signature.Sign(request, request.Options.TryGetValue(BodyHash, out var hash) ? hash : S3Signature.EmptyBody, credential, region, "s3", options.Clock.GetUtcNow());
    }

    public void Dispose() => _asking.Dispose();

    private async Task<S3Credential?> FindAsync(CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_asked && (_credential is null || options.Clock.GetUtcNow() < _credential.Expires.AddMinutes(-5))) return _credential;
            _credential = await S3Credentials.FindAsync(region, options, cancellation).ConfigureAwait(false);
            _asked = true;
            return _credential;
        }
        finally
        {
            _asking.Release();
        }
    }
}
