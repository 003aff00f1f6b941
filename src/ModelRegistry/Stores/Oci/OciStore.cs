using System.Net;
using System.Net.Http.Headers;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Stores.Oci;

/// <summary>An OCI registry: each family is a repository, each version an image tagged with it, each file a blob.</summary>
internal sealed class OciStore : IArtifactStore, IArtifactWriter, IImageStore
{
    // More families than these hardly share a blob, and each costs a request.
    private const int MostSources = 4;

    private const int LargestImage = 4 << 20;

    private readonly StoreSettings _settings;
    private readonly OciNames _names;
    private readonly StoreTransport _transport;
    private readonly BlobRequests _blobs;
    private readonly OciUpload _upload;

    /// <param name="settings">The entry of <c>registry.json</c>, or what stands for one.</param>
    /// <param name="options">Has credentials and the clock.</param>
    /// <param name="advice">What to do where nothing answers; null for what helps with an entry of <c>registry.json</c>.</param>
    public OciStore(StoreSettings settings, RegistryOptions options, string? advice = null)
    {
        _settings = settings;
        _names = new OciNames(settings);
        var authoriser = new OciAuthoriser(settings, _names, options);
        _transport = advice is null ? new StoreTransport(settings.Name, settings.Insecure, authoriser, options) : new StoreTransport(settings.Name, settings.Insecure, authoriser, options) { Advice = advice };
        _blobs = new BlobRequests(_transport);
        _upload = new OciUpload(_names, _transport, options);
    }

    internal OciUpload Upload => _upload;

    public string Name => _settings.Name;

    public string Place => _names.Place;

    public ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation) => _blobs.FindAsync(_names.Blob(artifact.Family, artifact.Digest), artifact.Size, cancellation);

    public ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation) => _blobs.OpenAsync(_names.Blob(artifact.Family, artifact.Digest), offset, artifact.Version, cancellation);

    public async ValueTask<bool> PutAsync(Artifact artifact, string file, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        if (_settings.ReadOnly) throw Codes.StoreUnwritable.Error($"the store {Name} is read-only in registry.json", "choose another store");
        if (await FindAsync(artifact, cancellation).ConfigureAwait(false) == artifact.Size) return false;
        var (mounted, session) = await TakeOverAsync(artifact, cancellation).ConfigureAwait(false);
        if (mounted) return false;
        await _upload.SendAsync(artifact, file, session, progress, cancellation).ConfigureAwait(false);
        return true;
    }

    // A blob that another family's repository has need not be sent: distribution-spec, mounting a blob from another repository.
    private async Task<(bool Mounted, Uri? Session)> TakeOverAsync(Artifact artifact, CancellationToken cancellation)
    {
        foreach (var family in artifact.AlsoIn.Take(MostSources))
        {
            try
            {
                if (await FindAsync(artifact with { Family = family }, cancellation).ConfigureAwait(false) == artifact.Size)
                    return await _upload.MountAsync(artifact, family, cancellation).ConfigureAwait(false);
            }
            catch (ModelRegistryException)
            {
                // It may not be ours to read there; then it is sent.
            }
        }

        return (false, null);
    }

    public ValueTask<Digest?> FindImageAsync(ModelId id, CancellationToken cancellation) => FindImageAsync(id.Name, id.Version.Value, cancellation);

    /// <summary>The digest of the image that a tag names; null where there is no such tag.</summary>
    public async ValueTask<Digest?> FindImageAsync(ModelName family, string tag, CancellationToken cancellation)
    {
        var address = _names.Manifest(family, tag);
        using var response = await _transport.SendAgainAsync(address, static () => Accepting(HttpMethod.Head), cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        if (response.StatusCode != HttpStatusCode.OK) throw _transport.Refused(response, address, "HEAD");
        if (response.Headers.TryGetValues("Docker-Content-Digest", out var stated) && Digest.TryParse(stated.First(), out var digest)) return digest;
        // A registry that does not say what it has is asked for all of it, which is small.
        return await ReadAsync(address, cancellation).ConfigureAwait(false) is { } image ? Digest.Of(image) : null;
    }

    public ValueTask<byte[]?> ReadImageAsync(ModelId id, Digest image, CancellationToken cancellation) => ReadImageAsync(id.Name, image, cancellation);

    /// <summary>The bytes of an image; null where it is not there, or is another one.</summary>
    public async ValueTask<byte[]?> ReadImageAsync(ModelName family, Digest image, CancellationToken cancellation) =>
        await ReadAsync(_names.Manifest(family, image.Value), cancellation).ConfigureAwait(false) is { } content && Digest.Of(content) == image ? content : null;

    /// <summary>A small blob, whole; null where it is not there, or has another digest.</summary>
    public async ValueTask<byte[]?> ReadSmallAsync(ModelName family, Digest digest, int most, CancellationToken cancellation) =>
        await _transport.AskAsync(_names.Blob(family, digest), static () => new HttpRequestMessage(HttpMethod.Get, (Uri?)null), "GET", most, cancellation).ConfigureAwait(false) is { } content && Digest.Of(content) == digest ? content : null;

    public async ValueTask PutImageAsync(ModelId id, OciImage image, CancellationToken cancellation)
    {
        foreach (var document in image.Documents)
        {
            if (await _blobs.FindAsync(_names.Blob(id.Name, document.Digest), document.Content.Length, cancellation).ConfigureAwait(false) is null)
                await _upload.SendSmallAsync(id.Name, document, cancellation).ConfigureAwait(false);
        }

        var address = _names.Manifest(id.Name, id.Version.Value);
        var response = await _transport.SendAgainAsync(address, () => Image(image.Image), cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.BadRequest && !_settings.Compatible)
        {
            response.Dispose();
            throw Codes.ImageRefused.Error($"{Name} {Place} refuses the image of {id}", "registries that know only container images take it with \"compatible\": true in the store's entry of registry.json");
        }

        if (!response.IsSuccessStatusCode) throw _transport.Refused(response, address, "PUT");
        response.Dispose();
    }

    public bool Compatible => _settings.Compatible;

    private Task<byte[]?> ReadAsync(Uri address, CancellationToken cancellation) =>
        _transport.AskAsync(address, static () => Accepting(HttpMethod.Get), "GET", LargestImage, cancellation);

    private static HttpRequestMessage Accepting(HttpMethod method)
    {
        var request = new HttpRequestMessage(method, (Uri?)null);
        request.Headers.Accept.ParseAdd(OciImage.MediaType);
        return request;
    }

    private static HttpRequestMessage Image(OciDocument image)
    {
        var content = new ByteArrayContent(image.Content);
        content.Headers.ContentType = new MediaTypeHeaderValue(OciImage.MediaType);
        return new HttpRequestMessage(HttpMethod.Put, (Uri?)null) { Content = content };
    }
}

/// <summary>A store that holds, beside the blobs, an image for each version.</summary>
internal interface IImageStore
{
    /// <summary>Whether images leave out what old registries refuse.</summary>
    bool Compatible { get; }

    /// <summary>The digest of the image that a version's tag names; null where there is no such tag.</summary>
    ValueTask<Digest?> FindImageAsync(ModelId id, CancellationToken cancellation);

    /// <summary>The bytes of an image; null where it is not there.</summary>
    ValueTask<byte[]?> ReadImageAsync(ModelId id, Digest image, CancellationToken cancellation);

    /// <summary>Puts the image of a version there, whose files are there already, and tags it.</summary>
    ValueTask PutImageAsync(ModelId id, OciImage image, CancellationToken cancellation);
}

/// <summary>Opens entries with <c>oci</c>.</summary>
internal sealed class OciStoreFactory : IArtifactStoreFactory
{
    public IArtifactStore? TryOpen(StoreSettings settings, string registry, RegistryOptions options) => settings.Oci is null ? null : new OciStore(settings, options);
}
