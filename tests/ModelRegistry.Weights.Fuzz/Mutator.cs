using System.Buffers.Binary;

namespace ModelRegistry.Weights.Fuzz;

/// <summary>Changes real files a little: bits, lengths, opcodes, pieces moved, cut and crossed with another file.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, Random random)
{
    private const int MaxLength = 64 << 10;

    private static readonly long[] Edges =
        [0, 1, -1, 127, 128, 255, 256, 32767, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40];

    /// <summary>Opcodes and signatures that mean something to a reader.</summary>
    private static readonly byte[][] Tokens =
    [
        [0x80, 2], [(byte)'('], [(byte)'t'], [(byte)'R'], [(byte)'b'], [(byte)'Q'], [(byte)'u'], [(byte)'e'], [(byte)'.'], [(byte)'2'], [0x81], [0x93], [0x94], [0x95],
        [(byte)'h', 0], [(byte)'q', 0], [(byte)'K', 255], [(byte)']'], [(byte)'}'], [0x8a, 8], [.. "cos\nsystem\n"u8], [.. "ctorch\nSize\n"u8],
        [.. "PK\u0003\u0004"u8], [.. "PK\u0001\u0002"u8], [.. "PK\u0005\u0006"u8], [.. "PK\u0006\u0006"u8], [.. "PK\u0007\u0008"u8], [0xff, 0xff, 0xff, 0xff],
    ];

    private readonly byte[] _buffer = new byte[MaxLength];

    /// <summary>A mutated file; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        var source = corpus[random.Next(corpus.Count)];
        var length = source.Length;
        source.CopyTo(_buffer, 0);
        for (var count = random.Next(8) == 0 ? random.Next(1, 16) : random.Next(1, 4); count > 0; count--)
        {
            length = Mutate(length);
        }

        return _buffer.AsMemory(0, length);
    }

    private int Mutate(int length)
    {
        if (length == 0)
        {
            return length;
        }

        var at = random.Next(3) == 0 ? Math.Max(0, length - 1 - random.Next(Math.Min(length, 400))) : random.Next(length);
        var rest = _buffer.AsSpan(at, length - at);
        switch (random.Next(10))
        {
            case 0:
                rest[0] ^= (byte)(1 << random.Next(8));
                return length;
            case 1:
                rest[0] = (byte)random.Next(256);
                return length;
            case 2:
                WriteEdge(rest);
                return length;
            case 3:
                var token = Tokens[random.Next(Tokens.Length)];
                token.AsSpan(0, Math.Min(token.Length, rest.Length)).CopyTo(rest);
                return length;
            case 4:
                return Insert(length, at, Tokens[random.Next(Tokens.Length)]);
            case 5:
                var other = corpus[random.Next(corpus.Count)];
                var start = random.Next(other.Length);
                return Insert(length, at, other.AsSpan(start, Math.Min(random.Next(1, 64), other.Length - start)));
            case 6:
                var cut = random.Next(1, Math.Min(rest.Length, 32) + 1);
                rest[cut..].CopyTo(rest);
                return length - cut;
            case 7:
                return random.Next(4) == 0 ? at : length;
            case 8:
                var from = random.Next(length);
                var count = Math.Min(Math.Min(rest.Length, length - from), random.Next(1, 64));
                _buffer.AsSpan(from, count).CopyTo(rest);
                return length;
            default:
                rest[0] += (byte)random.Next(-2, 3);
                return length;
        }
    }

    private void WriteEdge(Span<byte> rest)
    {
        var value = Edges[random.Next(Edges.Length)] + random.Next(-1, 2);
        if (rest.Length >= 8 && random.Next(3) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, value);
        }
        else if (rest.Length >= 4 && random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, (int)value);
        }
        else if (rest.Length >= 2)
        {
            BinaryPrimitives.WriteInt16LittleEndian(rest, (short)value);
        }
    }

    private int Insert(int length, int at, ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > MaxLength)
        {
            return length;
        }

        _buffer.AsSpan(at, length - at).CopyTo(_buffer.AsSpan(at + bytes.Length));
        bytes.CopyTo(_buffer.AsSpan(at));
        return length + bytes.Length;
    }
}
