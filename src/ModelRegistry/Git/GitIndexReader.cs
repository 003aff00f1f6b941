using System.Buffers.Binary;

namespace ModelRegistry.Git;

/// <summary>
/// Walks the entries of one index file (gitformat-index(5), versions 2 to 4) in their order, which is that of their names' bytes. Ends early
/// where it does not understand what comes.
/// </summary>
/// <param name="index">The whole file.</param>
/// <param name="idLength">Bytes in the name of an object: 20 or 32.</param>
internal ref struct GitIndexReader(ReadOnlySpan<byte> index, int idLength)
{
    private const int HeaderLength = 12, StatLength = 40, ExtensionHeaderLength = 8;

    private readonly ReadOnlySpan<byte> _index = index;
    private readonly uint _version = index.Length > HeaderLength && index.StartsWith("DIRC"u8) ? BinaryPrimitives.ReadUInt32BigEndian(index[4..]) : 0;
    private readonly uint _count = index.Length > HeaderLength ? BinaryPrimitives.ReadUInt32BigEndian(index[8..]) : 0;
    private readonly byte[] _previous = new byte[4096];
    private int _at = HeaderLength, _previousLength;
    private uint _read;
    private ReadOnlySpan<byte> _entry;
    private ushort _flags;

    /// <summary>The path of the entry; empty where a split index only replaces what is said of a path.</summary>
    public ReadOnlySpan<byte> Path { get; private set; }

    /// <summary>Whether the entry is not one side of a conflict.</summary>
    public readonly bool IsMerged => (_flags & 0x3000) == 0;

    /// <summary>What the entry says.</summary>
    public readonly GitIndexEntry Entry => new(
        GitObjectId.OfHash(_entry.Slice(StatLength, idLength)), BinaryPrimitives.ReadUInt32BigEndian(_entry[36..]),
        BinaryPrimitives.ReadUInt32BigEndian(_entry[8..]), BinaryPrimitives.ReadUInt32BigEndian(_entry[12..]));

    /// <summary>Goes to the next entry; false where there is none, or where it cannot be understood.</summary>
    public bool MoveNext()
    {
        if (_version is < 2 or > 4 || _read >= _count) return false;
        var entry = _index[_at..];
        var name = StatLength + idLength + 2;
        if (entry.Length < name + 2) return false;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(entry[(StatLength + idLength)..]);
        if ((flags & 0x4000) != 0) name += 2;
        if (_version == 4)
        {
            // The path is the previous one without its last N bytes, and what follows up to a NUL.
            var strip = ReadOffset(entry, ref name);
            if (name > entry.Length) return false;
            var suffix = entry[name..];
            var end = suffix.IndexOf((byte)0);
            var kept = _previousLength - strip;
            if (end < 0 || kept < 0 || kept + end > _previous.Length) return false;
            suffix[..end].CopyTo(_previous.AsSpan(kept));
            _previousLength = kept + end;
            Path = _previous.AsSpan(0, _previousLength);
            _at += name + end + 1;
        }
        else
        {
            var end = entry[name..].IndexOf((byte)0);
            if (end < 0) return false;
            Path = entry.Slice(name, end);
            _at += (name + end + 8) & ~7;
        }

        if (_at > _index.Length) return false;
        _entry = entry;
        _flags = flags;
        _read++;
        return true;
    }

    /// <summary>The content of one of the extensions, which follow the entries; empty where there is none, or where not all entries were read.</summary>
    public readonly ReadOnlySpan<byte> Extension(ReadOnlySpan<byte> signature)
    {
        if (_read < _count) return default;
        for (var at = _at; at + ExtensionHeaderLength <= _index.Length - idLength;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(_index[(at + 4)..]);
            var content = _index[(at + ExtensionHeaderLength)..^idLength];
            if (length > content.Length) return default;
            if (_index[at..].StartsWith(signature)) return content[..(int)length];
            at += ExtensionHeaderLength + (int)length;
        }

        return default;
    }

    // The variable-length integer of pack files (gitformat-pack(5), "offset encoding").
    private static int ReadOffset(ReadOnlySpan<byte> entry, ref int at)
    {
        if (at >= entry.Length) return int.MaxValue;
        var value = entry[at] & 0x7f;
        while ((entry[at++] & 0x80) != 0)
        {
            if (at >= entry.Length || value > 1 << 20) return int.MaxValue;
            value = ((value + 1) << 7) | (entry[at] & 0x7f);
        }

        return value;
    }
}
