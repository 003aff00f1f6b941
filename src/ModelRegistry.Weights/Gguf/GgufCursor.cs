using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Weights.Gguf;

/// <summary>Reads the header of a GGUF file front to back; every length is held against the bytes left before it is used.</summary>
internal ref struct GgufCursor(MappedFile file)
{
    private const int Window = 1 << 20;
    private readonly MappedFile _file = file;
    private ReadOnlySpan<byte> _window;
    private long _windowStart;

    internal long Position { get; private set; }

    internal readonly long Left => _file.Length - Position;

    internal byte Byte() => Take(1)[0];

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A count of things that take at least so many bytes each.</summary>
    internal long Count(string what, int least)
    {
        var count = UInt64();
        return count <= (ulong)(Left / least) ? (long)count : throw GgufError.Malformed($"it declares {count} {what}, and {Left} bytes are left", Position);
    }

    internal string String(string what, int most)
    {
        var length = UInt64();
        if (length > (ulong)Left)
        {
            throw GgufError.Malformed($"{what} of {length} bytes leaves the file", Position);
        }

        if (length > (ulong)most)
        {
            throw GgufError.Malformed($"{what} has {length} bytes, more than {most}", Position);
        }

        return Encoding.UTF8.GetString(Take((int)length));
    }

    internal void Skip(long bytes)
    {
        if (bytes > Left)
        {
            throw GgufError.Malformed($"{bytes} bytes leave the file", Position);
        }

        Position += bytes;
    }

    internal ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw GgufError.Malformed($"it ends within its header: {count} bytes wanted, {Left} left", Position);
        }

        if (Position < _windowStart || Position + count > _windowStart + _window.Length)
        {
            _window = _file.Peek(Position, Math.Max(count, Window));
            _windowStart = Position;
        }

        var bytes = _window.Slice((int)(Position - _windowStart), count);
        Position += count;
        return bytes;
    }
}
