namespace ModelRegistry.Weights.IO;

/// <summary>Reads a range of a <see cref="MappedFile"/> in order.</summary>
internal sealed class MappedStream : Stream
{
    private readonly MappedFile _file;
    private readonly long _start;
    private readonly long _length;
    private long _position;

    internal MappedStream(MappedFile file, long start, long length)
    {
        if (!file.Contains(start, length))
        {
            throw new WeightsFormatException(WeightsCodes.Unreadable, $"{length} bytes at {start} leave the file of {file.Length} bytes", $"byte {start}");
        }

        _file = file;
        _start = start;
        _length = length;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, _length - _position);
        _file.Read(_start + _position, buffer[..count]);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
