using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace ModelRegistry.Stores.Http;

/// <summary>A part of a file as the body of a request. Read anew each time that the request is sent.</summary>
internal sealed class FileContent : HttpContent
{
    private const int BufferLength = 1 << 20;

    private readonly string _file;
    private readonly long _offset;
    private readonly long _length;
    private readonly Action<long>? _sent;

    public FileContent(string file, long offset, long length, Action<long>? sent)
    {
        _file = file;
        _offset = offset;
        _length = length;
        _sent = sent;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        Headers.ContentLength = length;
    }

    /// <summary>A request with this body; a server that will refuse it is asked before the bytes are sent.</summary>
    public HttpRequestMessage Request(HttpMethod method)
    {
        var request = new HttpRequestMessage(method, (Uri?)null) { Content = this };
        if (_length > 1 << 20) request.Headers.ExpectContinue = true;
        return request;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(_file, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (var done = 0L; done < _length;)
            {
                var read = await RandomAccess.ReadAsync(handle, buffer.AsMemory(0, (int)Math.Min(BufferLength, _length - done)), _offset + done, cancellationToken).ConfigureAwait(false);
                if (read == 0) throw new EndOfStreamException($"{_file} became shorter while it was sent");
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                done += read;
                _sent?.Invoke(_offset + done);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
