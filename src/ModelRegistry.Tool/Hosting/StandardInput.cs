namespace ModelRegistry.Tool.Hosting;

/// <summary>Standard input, read so that Ctrl-C ends a wait for a program that says nothing more: a read of a pipe cannot be called off, so it is left behind.</summary>
internal sealed class StandardInput(CancellationToken cancellation) : Stream
{
    private readonly Stream _input = Console.OpenStandardInput();
    private byte[] _buffer = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        // A read that is left behind may still write: into a buffer of its own.
        if (_buffer.Length < buffer.Length) _buffer = new byte[buffer.Length];
        var length = buffer.Length;
        var count = Task.Run(() => _input.Read(_buffer, 0, length), CancellationToken.None).WaitAsync(cancellation).GetAwaiter().GetResult();
        _buffer.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
