namespace ModelRegistry.Stores.Http;

/// <summary>The body of an answer. A server that falls silent in the middle is given up.</summary>
internal sealed class AnswerStream(HttpResponseMessage response, Stream body, TimeProvider clock) : Stream
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = body.ReadAsync(buffer, cancellationToken);
        if (reading.IsCompleted) return await reading.ConfigureAwait(false);
        try
        {
            return await reading.AsTask().WaitAsync(Silence, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException failure)
        {
            response.Dispose();
            throw new TransientStoreException($"the server sent nothing for {Silence.TotalSeconds:0} s", inner: failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => body.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
