using System.Globalization;
using System.Net;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Stores.Oci;

/// <summary>
/// Uploads blobs (distribution-spec, push): small ones in one piece, large ones in chunks. After each chunk the place to go on from is
/// written to the cache, so a later process goes on where this one was killed; what cannot be gone on with is begun again.
/// </summary>
internal sealed class OciUpload(OciNames names, StoreTransport transport, RegistryOptions options)
{
    private readonly WholeOnlyHosts _whole = new(options.CacheDirectory, names.Root.Authority, options.Clock);

    /// <summary>Up to how many bytes a blob goes up in one request.</summary>
    public long OnePiece { get; set; } = 100L << 20;

    /// <summary>The length of a chunk of a larger one.</summary>
    public long Chunk { get; set; } = 64L << 20;

    /// <summary>Asks the registry to take a blob over from the repository of another family.</summary>
    /// <returns>Whether it has; else the session to go on with, where the registry began one instead.</returns>
    public async Task<(bool Mounted, Uri? Session)> MountAsync(Artifact artifact, ModelName from, CancellationToken cancellation)
    {
        var address = new Uri($"{names.Uploads(artifact.Family)}?mount={Uri.EscapeDataString(artifact.Digest.Value)}&from={Uri.EscapeDataString(names.Repository(from))}");
        using var response = await transport.SendAgainAsync(address, Empty(HttpMethod.Post), cancellation).ConfigureAwait(false);
        return (response.StatusCode == HttpStatusCode.Created, response.StatusCode == HttpStatusCode.Accepted ? Location(response, address) : null);
    }

    /// <summary>Uploads a file that the repository does not have.</summary>
    public async Task SendAsync(Artifact artifact, string file, Uri? session, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        void Sent(long done) => progress?.Report(new TransferProgress(artifact.Digest.Hex, done, artifact.Size));
        if (artifact.Size > OnePiece && !_whole.Contains)
        {
            if (await TryChunksAsync(artifact, file, session, Sent, cancellation).ConfigureAwait(false)) return;
            session = null;
        }

        await SendWholeAsync(artifact.Family, artifact.Digest, session, () => new FileContent(file, 0, artifact.Size, Sent).Request(HttpMethod.Put), cancellation).ConfigureAwait(false);
    }

    /// <summary>Uploads a document of an image.</summary>
    public Task SendSmallAsync(ModelName family, OciDocument document, CancellationToken cancellation) =>
        SendWholeAsync(family, document.Digest, null, () => new HttpRequestMessage(HttpMethod.Put, (Uri?)null) { Content = new ByteArrayContent(document.Content) }, cancellation);

    // A session serves one attempt, so a retry begins with a new one.
    private async Task SendWholeAsync(ModelName family, Digest digest, Uri? session, Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        var retries = new Retries(options.Clock);
        while (true)
        {
            try
            {
                var at = session ?? await BeginAsync(family, cancellation).ConfigureAwait(false);
                session = null;
                await FinishAsync(at, digest, make, cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception failure) when (Retries.IsTransient(failure, cancellation))
            {
                if (!await retries.WaitAsync(failure, cancellation).ConfigureAwait(false))
                    throw Codes.StoreUnreachable.Error($"{names.Place} does not take {digest.Value[..19]}…: {failure.Message}", "try again; what arrived whole is not sent again", failure);
            }
        }
    }

    private async Task<bool> TryChunksAsync(Artifact artifact, string file, Uri? session, Action<long> sent, CancellationToken cancellation)
    {
        var state = new UploadState(options.CacheDirectory, names.Uploads(artifact.Family), artifact.Digest);
        for (var resume = true; ; resume = false)
        {
            var (at, done) = (resume ? await ResumeAsync(state, artifact, cancellation).ConfigureAwait(false) : null)
                ?? (session ?? await BeginAsync(artifact.Family, cancellation).ConfigureAwait(false), 0L);
            session = null;
            var resumed = done > 0;
            var retries = new Retries(options.Clock);
            while (done < artifact.Size)
            {
                var (offset, length) = (done, Math.Min(Chunk, artifact.Size - done));
                try
                {
                    using var response = await transport.SendAsync(at, () => Patch(file, offset, length, sent), cancellation).ConfigureAwait(false);
                    if (response.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.Created or HttpStatusCode.NoContent))
                    {
                        if (done > 0 || response.StatusCode == HttpStatusCode.NotFound) throw new TransientStoreException($"the registry answers {(int)response.StatusCode} to a chunk");
                        // It takes no chunks, or none of this size: one piece, from now on.
                        _whole.Add();
                        return false;
                    }

                    // Some registries answer with a range that stands still; what was sent counts, and the digest judges in the end.
                    (at, done) = (Location(response, at), done + length);
                    state.Write(at, done);
                    retries.Progressed();
                }
                catch (Exception failure) when (Retries.IsTransient(failure, cancellation))
                {
                    if (!await retries.WaitAsync(failure, cancellation).ConfigureAwait(false))
                        throw Codes.StoreUnreachable.Error($"{names.Place} does not take {artifact.Digest.Value[..19]}…: {failure.Message}", "push again; it goes on where it stopped", failure);
                    // A chunk that was cut may have left the session in any state: it is gone on with only where the registry confirms it.
                    (at, done) = await ResumeAsync(state, artifact, cancellation).ConfigureAwait(false) ?? (await BeginAsync(artifact.Family, cancellation).ConfigureAwait(false), 0L);
                    resumed |= done > 0;
                }
            }

            try
            {
                await FinishAsync(at, artifact.Digest, Empty(HttpMethod.Put), cancellation).ConfigureAwait(false);
                state.Delete();
                return true;
            }
            catch (ModelRegistryException failure) when (resumed && failure.Diagnostic == Codes.StoreRefused)
            {
                // What it had confirmed was not what had been sent: once more, all of it.
                state.Delete();
            }
        }
    }

    private async Task<(Uri At, long Done)?> ResumeAsync(UploadState state, Artifact artifact, CancellationToken cancellation)
    {
        if (state.Read() is not { } known || known.Done > artifact.Size || known.At.Authority != names.Root.Authority) return null;
        using var response = await transport.SendAgainAsync(known.At, static () => new HttpRequestMessage(HttpMethod.Get, (Uri?)null), cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode && Received(response) == known.Done) return (Location(response, known.At), known.Done);
        state.Delete();
        return null;
    }

    // Range: 0-N, where N is the last byte; some say bytes=0-N.
    private static long? Received(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Range", out var values)) return null;
        var range = values.First();
        return long.TryParse(range[(range.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture, out var last) ? last + 1 : null;
    }

    private async Task<Uri> BeginAsync(ModelName family, CancellationToken cancellation)
    {
        var address = names.Uploads(family);
        var response = await transport.SendAgainAsync(address, Empty(HttpMethod.Post), cancellation).ConfigureAwait(false);
        if (response.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.Created)) throw transport.Refused(response, address, "POST");
        using (response) return Location(response, address);
    }

    private async Task FinishAsync(Uri at, Digest digest, Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        var address = new Uri($"{at.AbsoluteUri}{(at.Query.Length > 0 ? '&' : '?')}digest={Uri.EscapeDataString(digest.Value)}");
        var response = await transport.SendAsync(address, make, cancellation).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound) using (response) throw new TransientStoreException("the registry has forgotten the upload");
        if (!response.IsSuccessStatusCode) throw transport.Refused(response, address, "PUT");
        response.Dispose();
    }

    private static Func<HttpRequestMessage> Empty(HttpMethod method) => () => new HttpRequestMessage(method, (Uri?)null) { Content = new ByteArrayContent([]) };

    private static HttpRequestMessage Patch(string file, long offset, long length, Action<long> sent)
    {
        var content = new FileContent(file, offset, length, sent);
        content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{offset}-{offset + length - 1}"));
        return content.Request(HttpMethod.Patch);
    }

    private static Uri Location(HttpResponseMessage response, Uri before) => response.Headers.Location is { } location ? new Uri(before, location) : before;
}
