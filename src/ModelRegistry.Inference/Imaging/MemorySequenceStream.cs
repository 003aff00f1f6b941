namespace ModelRegistry.Inference.Imaging;

/// <summary>Several blocks of memory read as one stream.</summary>
internal sealed class MemorySequenceStream : Stream
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _parts;
    private int _part;
    private int _position;

    internal MemorySequenceStream(IReadOnlyList<ReadOnlyMemory<byte>> parts) => _parts = parts;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_part < _parts.Count && _position == _parts[_part].Length)
            (_part, _position) = (_part + 1, 0);
        if (_part == _parts.Count)
            return 0;
        var count = Math.Min(buffer.Length, _parts[_part].Length - _position);
        _parts[_part].Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
