using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Stores.S3;

/// <summary>A bucket of Amazon S3 or of a service that speaks its protocol: <c>s3://BUCKET/PREFIX</c>, blobs at <c>PREFIX/blobs/sha256/HEX</c>.</summary>
internal sealed class S3Store : IArtifactStore, IArtifactWriter, IArtifactLister, IArtifactRemover
{
    private readonly StoreSettings _settings;
    private readonly StoreTransport _transport;
    private readonly BlobRequests _blobs;
    private readonly string _bucket;
    private readonly string _root;
    private readonly string _prefix;

    public S3Store(StoreSettings settings, RegistryOptions options)
    {
        if (!Uri.TryCreate(settings.S3, UriKind.Absolute, out var address) || address.Scheme != "s3" || address.Host.Length == 0)
            throw Codes.StoreSettingsInvalid.Error($"the s3 address of the store '{Printable.Quote(settings.Name)}' is none", "write s3://BUCKET/PREFIX");
        _settings = settings;
        var region = settings.Region ?? options.Variable("AWS_REGION") ?? options.Variable("AWS_DEFAULT_REGION") ?? "us-east-1";
        _transport = new StoreTransport(settings.Name, settings.Insecure, new S3Authoriser(region, options), options);
        _blobs = new BlobRequests(_transport);
        _bucket = address.Authority;
        var prefix = address.AbsolutePath.Trim('/');
        _prefix = (prefix.Length == 0 ? "" : prefix + "/") + "blobs/sha256/";
        // A service of one's own is asked by path; Amazon's by the bucket's host, unless its name would not fit a certificate.
        _root = settings.Endpoint is { } endpoint ? $"{endpoint.TrimEnd('/')}/{_bucket}"
            : _bucket.Contains('.', StringComparison.Ordinal) ? $"https://s3.{region}.amazonaws.com/{_bucket}"
            : $"https://{_bucket}.s3.{region}.amazonaws.com";
        if (!Uri.TryCreate(_root, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
            throw Codes.StoreSettingsInvalid.Error($"the endpoint of the store '{Printable.Quote(settings.Name)}' is no address", "write https://HOST");
    }

    /// <summary>Up to how many bytes a blob is put in one request.</summary>
    internal long OnePiece { get; init; } = 512L << 20;

    /// <summary>The length of a part of a larger one.</summary>
    internal long Part { get; init; } = 64L << 20;

    public string Name => _settings.Name;

    public string Place => _settings.S3!;

    public ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation) => _blobs.FindAsync(Address(artifact), artifact.Size, cancellation);

    public ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation) => _blobs.OpenAsync(Address(artifact), offset, artifact.Version, cancellation);

    public async ValueTask<bool> PutAsync(Artifact artifact, string file, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        if (_settings.ReadOnly) throw Codes.StoreUnwritable.Error($"the store {Name} is read-only in registry.json", "choose another store");
        if (await FindAsync(artifact, cancellation).ConfigureAwait(false) == artifact.Size) return false;
        void Sent(long done) => progress?.Report(new TransferProgress(artifact.Digest.Hex, done, artifact.Size));
        if (artifact.Size > OnePiece)
        {
            await PutPartsAsync(artifact, file, Sent, cancellation).ConfigureAwait(false);
            return true;
        }

        var address = Address(artifact);
        var response = await _transport.SendAgainAsync(address, () => Put(file, 0, artifact.Size, artifact.Digest.Hex, Sent, once: true), cancellation).ConfigureAwait(false);
        // Somebody else was faster: the key is the digest, so what is there is this.
        if (response.StatusCode == HttpStatusCode.PreconditionFailed) using (response) return false;
        if (!response.IsSuccessStatusCode) throw _transport.Refused(response, address, "PUT");
        response.Dispose();
        return true;
    }

    public async IAsyncEnumerable<Digest> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (string? token = null; ;)
        {
            var address = new Uri($"{_root}/?list-type=2&prefix={Uri.EscapeDataString(_prefix)}{(token is null ? "" : $"&continuation-token={Uri.EscapeDataString(token)}")}");
            var page = await AskAsync(address, static () => new HttpRequestMessage(HttpMethod.Get, (Uri?)null), "a list of the bucket", cancellation).ConfigureAwait(false);
            foreach (var key in page.Below("Key").Select(e => e.Text))
            {
                if (Digest.TryParse(Digest.Prefix + key[(key.LastIndexOf('/') + 1)..], out var digest)) yield return digest;
            }

            token = page.Below("NextContinuationToken").FirstOrDefault()?.Text;
            if (string.IsNullOrEmpty(token)) yield break;
        }
    }

    public async ValueTask<bool> DeleteAsync(Artifact artifact, CancellationToken cancellation)
    {
        if (await FindAsync(artifact, cancellation).ConfigureAwait(false) is null) return false;
        var address = Address(artifact);
        var response = await _transport.SendAgainAsync(address, static () => new HttpRequestMessage(HttpMethod.Delete, (Uri?)null), cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw _transport.Refused(response, address, "DELETE");
        response.Dispose();
        return true;
    }

    private Uri Address(Artifact artifact) => new($"{_root}/{_prefix}{artifact.Digest.Hex}");

    // Parts that an earlier process sent are listed and kept where their size fits; the service checks each by its hash.
    private async Task PutPartsAsync(Artifact artifact, string file, Action<long> sent, CancellationToken cancellation)
    {
        var address = Address(artifact);
        var upload = await UnfinishedAsync(artifact, cancellation).ConfigureAwait(false);
        var tags = upload is null ? null : await SentPartsAsync(address, upload, artifact.Size, cancellation).ConfigureAwait(false);
        if (upload is not null && tags is null)
        {
            await AbortAsync(address, upload, cancellation).ConfigureAwait(false);
            upload = null;
        }

        tags ??= [];
        upload ??= (await AskAsync(new Uri($"{address}?uploads="), static () => new HttpRequestMessage(HttpMethod.Post, (Uri?)null), "the start of an upload", cancellation).ConfigureAwait(false))
            .Element("UploadId")?.Text ?? throw Codes.StoreRefused.Error($"{Name} {Place} starts an upload without telling its id", "push again");
        var count = (int)((artifact.Size + Part - 1) / Part);
        for (var number = 1; number <= count; number++)
        {
            if (tags.ContainsKey(number)) continue;
            var (offset, length) = ((number - 1) * Part, Math.Min(Part, artifact.Size - ((number - 1) * Part)));
            var hash = await HashAsync(file, offset, length, cancellation).ConfigureAwait(false);
            var at = new Uri(string.Create(CultureInfo.InvariantCulture, $"{address}?partNumber={number}&uploadId={Uri.EscapeDataString(upload)}"));
            var response = await _transport.SendAgainAsync(at, () => Put(file, offset, length, hash, sent, once: false), cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw _transport.Refused(response, address, "PUT of a part");
            using (response) tags[number] = response.Headers.ETag?.Tag ?? "";
        }

        var body = Encoding.UTF8.GetBytes(
            $"<CompleteMultipartUpload>{string.Concat(tags.Select(tag => string.Create(CultureInfo.InvariantCulture, $"<Part><PartNumber>{tag.Key}</PartNumber><ETag>{Escape(tag.Value)}</ETag></Part>")))}</CompleteMultipartUpload>");
        var done = await AskAsync(new Uri($"{address}?uploadId={Uri.EscapeDataString(upload)}"), () => Post(body), "the end of an upload", cancellation).ConfigureAwait(false);
        // An error may come with 200, long after the head of the answer was sent.
        if (done.Name == "Error") throw Codes.StoreRefused.Error($"{Name} {Place} does not put the parts of an upload together", "push again");
    }

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    // A service that does not list them: begun again.
    private async Task<string?> UnfinishedAsync(Artifact artifact, CancellationToken cancellation) =>
        (await ListedAsync(new Uri($"{_root}/?uploads=&prefix={Uri.EscapeDataString(_prefix + artifact.Digest.Hex)}"), "a list of uploads", cancellation).ConfigureAwait(false))
            ?.Below("UploadId").FirstOrDefault()?.Text;

    // Null where the service does not list them.
    private async Task<SortedDictionary<int, string>?> SentPartsAsync(Uri address, string upload, long size, CancellationToken cancellation)
    {
        if (await ListedAsync(new Uri($"{address}?uploadId={Uri.EscapeDataString(upload)}"), "a list of parts", cancellation).ConfigureAwait(false) is not { } list) return null;
        var tags = new SortedDictionary<int, string>();
        foreach (var part in list.Below("Part"))
        {
            string? Field(string name) => part.Element(name)?.Text;
            if (int.TryParse(Field("PartNumber"), CultureInfo.InvariantCulture, out var number) && long.TryParse(Field("Size"), CultureInfo.InvariantCulture, out var length)
                && length == Math.Min(Part, size - ((number - 1) * Part)) && Field("ETag") is { } tag) tags[number] = tag;
        }

        return tags;
    }

    private async Task<AnswerElement?> ListedAsync(Uri address, string what, CancellationToken cancellation)
    {
        try
        {
            return await AskAsync(address, static () => new HttpRequestMessage(HttpMethod.Get, (Uri?)null), what, cancellation).ConfigureAwait(false);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.StoreRefused)
        {
            return null;
        }
    }

    // Its parts take space until it is gone. A service that keeps it all the same stops no push.
    private async Task AbortAsync(Uri address, string upload, CancellationToken cancellation)
    {
        using var response = await _transport.SendAgainAsync(new Uri($"{address}?uploadId={Uri.EscapeDataString(upload)}"), static () => new HttpRequestMessage(HttpMethod.Delete, (Uri?)null), cancellation).ConfigureAwait(false);
    }

    private async Task<AnswerElement> AskAsync(Uri address, Func<HttpRequestMessage> make, string what, CancellationToken cancellation) =>
        await _transport.AskXmlAsync(address, make, what, cancellation).ConfigureAwait(false)
            ?? throw Codes.StoreRefused.Error($"{Name} {Place} answers 404 to {what}", "check the bucket and the endpoint in registry.json");

    private static HttpRequestMessage Put(string file, long offset, long length, string hash, Action<long> sent, bool once)
    {
        var request = new FileContent(file, offset, length, sent).Request(HttpMethod.Put);
        request.Options.Set(S3Authoriser.BodyHash, hash);
        if (once) request.Headers.IfNoneMatch.ParseAdd("*");
        return request;
    }

    private static HttpRequestMessage Post(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = new ByteArrayContent(body) };
        request.Options.Set(S3Authoriser.BodyHash, Convert.ToHexStringLower(SHA256.HashData(body)));
        return request;
    }

    private static async Task<string> HashAsync(string file, long offset, long length, CancellationToken cancellation)
    {
        using var content = new FileContent(file, offset, length, sent: null);
        using var hash = SHA256.Create();
        await using var sink = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write);
        await content.CopyToAsync(sink, cancellation).ConfigureAwait(false);
        await sink.FlushFinalBlockAsync(cancellation).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash.Hash!);
    }
}

/// <summary>Opens entries with <c>s3</c>.</summary>
internal sealed class S3StoreFactory : IArtifactStoreFactory
{
    public IArtifactStore? TryOpen(StoreSettings settings, string registry, RegistryOptions options) => settings.S3 is null ? null : new S3Store(settings, options);
}
