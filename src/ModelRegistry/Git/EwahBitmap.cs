using System.Buffers.Binary;
using System.Collections;

namespace ModelRegistry.Git;

/// <summary>A set of positions as git keeps them: compressed in words of 64 bits (gitformat-bitmap(5), "Serialization format for an EWAH bitmap").</summary>
internal sealed class EwahBitmap
{
    private const int WordLength = 8, WordBits = 64, MaxBits = 1 << 24;

    private readonly BitArray _bits;

    private EwahBitmap(BitArray bits) => _bits = bits;

    /// <summary>No position.</summary>
    public static EwahBitmap Empty { get; } = new(new BitArray(0));

    /// <summary>Reads one and goes behind it; null where it breaks off, or has more positions than an index that is read has entries.</summary>
    public static EwahBitmap? Read(ref ReadOnlySpan<byte> from)
    {
        // The number of bits, the number of words, the words, and where the last of the words that count others is.
        if (from.Length < 12) return null;
        var (count, length) = (BinaryPrimitives.ReadUInt32BigEndian(from), BinaryPrimitives.ReadUInt32BigEndian(from[4..]));
        if (count > MaxBits || length > (from.Length - 12) / WordLength) return null;
        var words = from.Slice(8, (int)length * WordLength);
        from = from[(12 + words.Length)..];
        var bits = new BitArray((int)count);
        for (long bit = 0; words.Length > 0;)
        {
            // One bit says of what the run consists, 32 how many words it is long, 31 how many words stand after it as they are.
            var marker = BinaryPrimitives.ReadUInt64BigEndian(words);
            words = words[WordLength..];
            var run = bit + ((long)(uint)(marker >> 1) * WordBits);
            for (; (marker & 1) == 1 && bit < Math.Min(run, count); bit++) bits[(int)bit] = true;
            bit = run;
            for (var literal = marker >> 33; literal > 0; literal--, bit += WordBits)
            {
                if (words.Length == 0) return null;
                var word = BinaryPrimitives.ReadUInt64BigEndian(words);
                words = words[WordLength..];
                for (var i = 0; i < WordBits && bit + i < count; i++) bits[(int)bit + i] = (word >> i & 1) == 1;
            }
        }

        return new EwahBitmap(bits);
    }

    /// <summary>Whether a position is in the set.</summary>
    public bool Has(int position) => position < _bits.Length && _bits[position];
}
