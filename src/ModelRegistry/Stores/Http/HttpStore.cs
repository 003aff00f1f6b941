using System.Net;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Stores.Credentials;

namespace ModelRegistry.Stores.Http;

/// <summary>
/// A web server that answers <c>GET</c> and <c>HEAD</c> of <c>URL/blobs/sha256/HEX</c>, and <c>PUT</c> where it can be written: a static
/// server, WebDAV, or a container of Azure Blob Storage with a shared access signature as the query.
/// </summary>
internal sealed class HttpStore : IArtifactStore, IArtifactWriter, IArtifactRemover
{
    // Who sends it speaks to Azure Blob Storage. It belongs to the PUT of a whole blob alone.
    private const string AzureBlobType = "x-ms-blob-type";

    private readonly StoreTransport _transport;
    private readonly BlobRequests _blobs;
    private readonly StoreSettings _settings;
    private readonly string? _blobType;
    private readonly Uri _root;
    private readonly string _query;

    public HttpStore(StoreSettings settings, RegistryOptions options)
    {
        if (!Uri.TryCreate(settings.Url!.TrimEnd('/'), UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https") || root.Query.Length > 0 || root.UserInfo.Length > 0)
            throw Codes.StoreSettingsInvalid.Error($"the url of the store '{Printable.Quote(settings.Name)}' is no address of a web server", "write https://HOST/PATH, with a query in \"query\" and without a user name");
        var blobType = settings.Headers.Keys.FirstOrDefault(name => name.Equals(AzureBlobType, StringComparison.OrdinalIgnoreCase));
        _blobType = blobType is null ? null : settings.Headers[blobType];
        _settings = blobType is null ? settings : settings with { Headers = settings.Headers.Remove(blobType) };
        _root = root;
        _query = Query(settings, options);
        _transport = new StoreTransport(settings.Name, settings.Insecure, new HeaderAuthoriser(_settings, options, _query.Length > 0), options);
        _blobs = new BlobRequests(_transport);
    }

    /// <summary>Up to how many bytes a blob is put in one request where the server takes blocks.</summary>
    internal long OnePiece { get; init; } = 512L << 20;

    /// <summary>The length of a block of a larger one.</summary>
    internal long Block { get; init; } = 64L << 20;

    public string Name => _settings.Name;

    public string Place => StoreTransport.Show(_root);

    public ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation) => _blobs.FindAsync(Address(artifact), artifact.Size, cancellation);

    public ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation) => _blobs.OpenAsync(Address(artifact), offset, artifact.Version, cancellation);

    public async ValueTask<bool> PutAsync(Artifact artifact, string file, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        if (_settings.ReadOnly) throw Codes.StoreUnwritable.Error($"the store {Name} is read-only in registry.json", "choose another store");
        if (await FindAsync(artifact, cancellation).ConfigureAwait(false) == artifact.Size) return false;
        var address = Address(artifact);
        void Sent(long done) => progress?.Report(new TransferProgress(artifact.Digest.Hex, done, artifact.Size));
        if (artifact.Size > OnePiece && _blobType is not null)
        {
            await new AzureBlocks(_transport, Block).PutAsync(address, file, artifact.Size, Sent, cancellation).ConfigureAwait(false);
            return true;
        }

        var response = await PutAsync(address, () => Put(new FileContent(file, 0, artifact.Size, Sent)), cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw _transport.Refused(response, address, "PUT");
        response.Dispose();
        return true;
    }

    public async ValueTask<bool> DeleteAsync(Artifact artifact, CancellationToken cancellation)
    {
        var address = Address(artifact);
        var response = await _transport.SendAgainAsync(address, static () => new HttpRequestMessage(HttpMethod.Delete, (Uri?)null), cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound) throw _transport.Refused(response, address, "DELETE");
        using (response) return response.IsSuccessStatusCode;
    }

    private Uri Address(Artifact artifact) => At($"blobs/sha256/{artifact.Digest.Hex}");

    private Uri At(string path) => new($"{_root.AbsoluteUri.TrimEnd('/')}/{path}{_query}");

    // WebDAV takes no file where its folder is not there (RFC 4918, 9.7.1: 409; nginx answers 500): the folders are made once, then it is sent again.
    private Task<HttpResponseMessage> PutAsync(Uri address, Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        var made = _blobType is not null;
        return _transport.AgainAsync(
            address,
            async () =>
            {
                try
                {
                    var response = await _transport.SendAsync(address, make, cancellation).ConfigureAwait(false);
                    if (made || response.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound)) return response;
                    response.Dispose();
                }
                catch (TransientStoreException failure) when (!made && failure.Status == (int)HttpStatusCode.InternalServerError)
                {
                }

                made = true;
                await MakeFolderAsync(At("blobs/sha256/"), cancellation).ConfigureAwait(false);
                return await _transport.SendAsync(address, make, cancellation).ConfigureAwait(false);
            },
            cancellation);
    }

    // Whether it could be made shows when the file is sent.
    private async Task MakeFolderAsync(Uri folder, CancellationToken cancellation)
    {
        if (await MakeAsync().ConfigureAwait(false) is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound) || folder.AbsolutePath == "/") return;
        await MakeFolderAsync(new Uri(folder, ".." + _query), cancellation).ConfigureAwait(false);
        await MakeAsync().ConfigureAwait(false);

        async Task<HttpStatusCode> MakeAsync()
        {
            using var response = await _transport.SendAsync(folder, static () => new HttpRequestMessage(new HttpMethod("MKCOL"), (Uri?)null), cancellation).ConfigureAwait(false);
            return response.StatusCode;
        }
    }

    private HttpRequestMessage Put(FileContent content)
    {
        var request = content.Request(HttpMethod.Put);
        if (_blobType is not null) request.Headers.TryAddWithoutValidation(AzureBlobType, _blobType);
        return request;
    }

    // registry.json comes from others: it may name a variable that the user set for this, and no other.
    private static string Query(StoreSettings settings, RegistryOptions options)
    {
        if (settings.Query is not { Length: > 0 } query) return "";
        if (query[0] != '$') return "?" + query.TrimStart('?');
        var variable = query[1..];
        if (!variable.StartsWith("MODELS_", StringComparison.Ordinal))
            throw Codes.StoreSettingsInvalid.Error($"the store '{Printable.Quote(settings.Name)}' asks for the variable {Printable.Quote(variable)}", "only variables whose name starts with MODELS_ are given to stores");
        return options.Variable(variable) is { } value ? "?" + value.TrimStart('?') : "";
    }
}

/// <summary>Opens entries with a <c>url</c>.</summary>
internal sealed class HttpStoreFactory : IArtifactStoreFactory
{
    public IArtifactStore? TryOpen(StoreSettings settings, string registry, RegistryOptions options) => settings.Url is null ? null : new HttpStore(settings, options);
}
