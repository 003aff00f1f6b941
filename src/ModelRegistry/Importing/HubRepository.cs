using System.Net;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Registration;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Importing;

/// <summary>What a hub says of a model at a revision.</summary>
/// <param name="Commit">The exact revision.</param>
/// <param name="License">As the hub names it.</param>
/// <param name="Library">What made the weights.</param>
/// <param name="Task">What it is for.</param>
internal sealed record HubModel(string Commit, string? License, string? Library, string? Task);

/// <summary>
/// A model repository of Hugging Face's hub, or of a server that answers as it does (<c>HF_ENDPOINT</c>); https://huggingface.co/docs/hub/api.
/// Nothing that it says is believed: lengths and digests are checked when the files come.
/// </summary>
internal sealed class HubRepository
{
    private const int MaxDocument = 16 << 20;
    private const int MaxPages = 1000;

    private readonly StoreTransport _transport;
    private readonly string _repository;
    private readonly Uri _endpoint;

    public HubRepository(string repository, RegistryOptions options)
    {
        _repository = repository;
        var named = options.Variable("HF_ENDPOINT") is { Length: > 0 } text ? text : "https://huggingface.co";
        if (!Uri.TryCreate(named.TrimEnd('/'), UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0)
            throw Codes.OriginInvalid.Error($"HF_ENDPOINT is '{Printable.Quote(named)}', no address of a hub", "set it to https://HOST, or leave it out for huggingface.co");
        _endpoint = endpoint;
        // Whoever sets the variable to http means it; the token stays at home then.
        _transport = new StoreTransport("the hub", insecure: true, new BearerAuthoriser(options, "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"), options) { Advice = "check the network and HF_ENDPOINT, then try again; what arrived is kept" };
    }

    public StoreTransport Transport => _transport;

    public string Place => StoreTransport.Show(_endpoint).TrimEnd('/');

    /// <exception cref="ModelRegistryException">MR0817: the hub has no such model or revision; MR0818: its answer contradicts itself.</exception>
    public async Task<HubModel> ReadAsync(string? revision, CancellationToken cancellation)
    {
        var content = await GetAsync(Address($"api/models/{_repository}/revision/{Uri.EscapeDataString(revision ?? "main")}"), MaxDocument, cancellation).ConfigureAwait(false);
        if (content is null) throw Codes.OriginNotFound.Error($"{Place} has no model {_repository}{(revision is null ? "" : $" at {revision}")}", "check the address; a private model needs a token in HF_TOKEN");
        return Parse(content.Value.Body, root =>
        {
            var commit = Text(root, "sha");
            if (!OriginAddress.IsCommit(commit)) throw Wrong("names no commit");
            if (OriginAddress.IsCommit(revision) && commit != revision) throw Wrong($"answers commit {commit} to a question for {revision}");
            var tags = root.TryGetProperty("tags", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!).ToList() : [];
            var card = root.TryGetProperty("cardData", out var data) && data.ValueKind == JsonValueKind.Object ? Text(data, "license") : null;
            var license = card ?? tags.FirstOrDefault(tag => tag.StartsWith("license:", StringComparison.Ordinal))?["license:".Length..];
            return new HubModel(commit!, license, Text(root, "library_name"), Text(root, "pipeline_tag"));
        });
    }

    /// <summary>All files of a commit.</summary>
    public async Task<IReadOnlyList<OriginFile>> ListAsync(string commit, CancellationToken cancellation)
    {
        var files = new List<OriginFile>();
        var next = Address($"api/models/{_repository}/tree/{commit}?recursive=true");
        for (var page = 0; next is not null; page++)
        {
            if (page == MaxPages || files.Count > FileSet.MaxFiles) throw Codes.InvalidFiles.Error($"{_repository} of {Place} has more than {FileSet.MaxFiles} files", "choose some with --files");
            var (body, link) = await GetAsync(next, MaxDocument, cancellation).ConfigureAwait(false) ?? throw Wrong($"does not list commit {commit}");
            files.AddRange(Parse(body, root => root.EnumerateArray().Where(entry => Text(entry, "type") == "file").Select(File).ToList()));
            next = Next(link);
        }

        return files;
    }

    public Uri FileAddress(string commit, RelativeFilePath path) =>
        Address($"{_repository}/resolve/{commit}/{string.Join('/', path.Value.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>A small answer, whole, with its link to the next page; null where there is no such thing.</summary>
    public Task<(byte[] Body, string? Link)?> GetAsync(Uri address, long longest, CancellationToken cancellation) => _transport.AgainAsync<(byte[] Body, string? Link)?>(
        address,
        async () =>
        {
            var response = await _transport.SendAsync(address, static () => new HttpRequestMessage(HttpMethod.Get, (Uri?)null), cancellation).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) using (response) return null;
            if (response.StatusCode != HttpStatusCode.OK) throw _transport.Refused(response, address, "GET");
            var link = response.Headers.TryGetValues("Link", out var links) ? string.Join(", ", links) : null;
            return (await _transport.ReadAllAsync(response, longest, cancellation).ConfigureAwait(false) ?? throw Wrong($"sends more than the {longest} bytes of {address.AbsolutePath}"), link);
        },
        cancellation);

    public ModelRegistryException Wrong(string what) => Codes.OriginAnswerWrong.Error($"{Place} {what} ({_repository})", "try again later, or ask who keeps the hub; nothing was imported");

    private Uri Address(string relative) => new($"{_endpoint.AbsoluteUri.TrimEnd('/')}/{relative}");

    private OriginFile File(JsonElement entry)
    {
        var path = Text(entry, "path");
        if (!RelativeFilePath.TryParse(path, out var parsed)) throw Wrong($"lists the file '{Printable.Quote(path ?? "")}', which is no path");
        var size = Length(entry);
        if (!entry.TryGetProperty("lfs", out var lfs) || lfs.ValueKind != JsonValueKind.Object) return new OriginFile(parsed, size, null) { GitId = Text(entry, "oid") ?? "" };
        if (Length(lfs) != size || !Digest.TryParse($"sha256:{Text(lfs, "oid")}", out var digest)) throw Wrong($"contradicts itself about {parsed}");
        return new OriginFile(parsed, size, digest);
    }

    private long Length(JsonElement entry) =>
        entry.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var length) && length >= 0 ? length : throw Wrong("lists a file without a length");

    // Only the hub itself continues its lists.
    private Uri? Next(string? link)
    {
        if (link is null || link.IndexOf("rel=\"next\"", StringComparison.Ordinal) < 0) return null;
        var (start, end) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
        return start >= 0 && end > start && Uri.TryCreate(_endpoint, link[(start + 1)..end], out var next) && next.Host == _endpoint.Host && next.Port == _endpoint.Port && next.Scheme == _endpoint.Scheme
            ? next : throw Wrong("continues its list elsewhere");
    }

    private T Parse<T>(byte[] content, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 32 });
            return read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw Wrong("answers what is no document of a hub");
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
