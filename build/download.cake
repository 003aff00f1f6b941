// Fetches public files into a folder that keeps them. Plain C#, so that the tests of the build compile it as well.
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Threading;

/// <summary>A folder of downloads: each file is fetched once, goes on where a transfer broke off, and is checked by digest.</summary>
public sealed class DownloadCache : IDisposable
{
    private const int BufferLength = 1 << 20;
    private readonly string _folder;
    private readonly TimeSpan _silence;
    private readonly HttpClient _client;

    /// <summary>Opens the cache.</summary>
    /// <param name="folder">Where the files stand; made when it is missing.</param>
    /// <param name="connect">How long to wait for a connection.</param>
    /// <param name="silence">How long a server may say nothing.</param>
    public DownloadCache(string folder, TimeSpan connect, TimeSpan silence)
    {
        _folder = System.IO.Path.GetFullPath(folder);
        _silence = silence;
        _client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = connect }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Returns the path of a file, fetching what is missing of it.</summary>
    /// <param name="url">Where it comes from.</param>
    /// <param name="sha256">The first hexadecimal digits of its SHA-256, at least eight.</param>
    /// <param name="say">Told, in a line, what is being done.</param>
    /// <exception cref="HttpRequestException">The server cannot be reached or refuses.</exception>
    /// <exception cref="TimeoutException">The server went silent; the next call goes on from there.</exception>
    /// <exception cref="System.IO.IOException">The transfer broke off; the next call goes on from there.</exception>
    /// <exception cref="System.IO.InvalidDataException">What came does not have the digest; nothing is kept.</exception>
    public string Get(Uri url, string sha256, Action<string> say)
    {
        var target = System.IO.Path.Combine(_folder, System.IO.Path.GetFileName(url.LocalPath));
        if (System.IO.File.Exists(target))
        {
            if (HasDigest(target, sha256)) return target;
            say($"{target} is not what it should be and is fetched again");
            System.IO.File.Delete(target);
        }

        System.IO.Directory.CreateDirectory(_folder);
        var part = target + ".part";
        var resumed = Fetch(url, part, say);
        if (!HasDigest(part, sha256) && resumed)
        {
            // The server's file may be another one than that of the first half.
            System.IO.File.Delete(part);
            Fetch(url, part, say);
        }

        if (!HasDigest(part, sha256))
        {
            System.IO.File.Delete(part);
            throw new System.IO.InvalidDataException($"{url} does not have the SHA-256 {sha256}…");
        }

        System.IO.File.Move(part, target, overwrite: true);
        return target;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static bool HasDigest(string path, string sha256)
    {
        using var stream = System.IO.File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream)).StartsWith(sha256, StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>Whether what was there before is part of the file.</returns>
    private bool Fetch(Uri url, string part, Action<string> say)
    {
        var have = System.IO.File.Exists(part) ? new System.IO.FileInfo(part).Length : 0;
        using var deadline = new CancellationTokenSource(_silence);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (have > 0) request.Headers.Range = new RangeHeaderValue(have, null);
            using var response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            // Nothing is left to fetch; the digest says whether it is the right file.
            if (have > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return true;
            response.EnsureSuccessStatusCode();
            var goesOn = have > 0 && response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
            say(goesOn ? $"going on with {url} at {have >> 20} MiB" : $"fetching {url}");
            Copy(response, part, goesOn, deadline);
            return goesOn;
        }
        catch (OperationCanceledException failure) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"{url.Host} was silent for {_silence.TotalSeconds:0} s", failure);
        }
    }

    private void Copy(HttpResponseMessage response, string part, bool append, CancellationTokenSource deadline)
    {
        using var source = response.Content.ReadAsStream(deadline.Token);
        using var file = new System.IO.FileStream(part, append ? System.IO.FileMode.Append : System.IO.FileMode.Create);
        var expected = file.Length + response.Content.Headers.ContentLength;
        var buffer = new byte[BufferLength];
        for (int read; (read = source.ReadAsync(buffer, deadline.Token).AsTask().GetAwaiter().GetResult()) > 0; deadline.CancelAfter(_silence))
            file.Write(buffer, 0, read);
        if (expected is { } length && file.Length != length) throw new System.IO.IOException($"the transfer broke off at {file.Length} of {length} bytes");
    }
}
