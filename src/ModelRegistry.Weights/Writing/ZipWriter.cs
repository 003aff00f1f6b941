using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Weights.Writing;

/// <summary>
/// Writes a zip of stored records the way PyTorch lays them out: data on 64-byte boundaries, padded by an extra field
/// <c>FB</c>. Sizes and CRC stand in the local headers; zip64 only where a size, an offset or the count asks for it.
/// Format: <see href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"/>.
/// </summary>
internal sealed class ZipWriter
{
    private const int Alignment = 64;
    private const int LocalHeaderLength = 30;
    private const int CrcOffset = 14;
    private const int Zip64LocalLength = 20;
    private const ushort Utf8Names = 0x0800;

    /// <summary>1980-01-01, the first a zip can express: the same content makes the same bytes.</summary>
    private const ushort FirstDate = 0x0021;

    private readonly Stream _stream;
    private readonly long _zip64From;
    private readonly List<Record> _records = [];

    /// <param name="stream">Seekable, empty; left open.</param>
    /// <param name="zip64From">Sizes and offsets from which zip64 is used; smaller than the format's own in tests.</param>
    public ZipWriter(Stream stream, long zip64From = uint.MaxValue)
    {
        _stream = stream;
        _zip64From = zip64From;
    }

    /// <summary>Adds a record whose content is at hand.</summary>
    public void Add(string name, byte[] content) => Add(name, content.Length, write => write(content));

    /// <summary>Adds a record of a known length whose content comes in parts.</summary>
    public void Add(string name, long length, Action<TensorChunk> content)
    {
        var record = new Record(Encoding.UTF8.GetBytes(name), length, _stream.Position, length >= _zip64From || _stream.Position >= _zip64From);
        WriteLocalHeader(record);
        long written = 0;
        content(bytes =>
        {
            record.Crc = Crc32.Append(record.Crc, bytes);
            written += bytes.Length;
            _stream.Write(bytes);
        });
        if (written != length)
            throw new InvalidOperationException($"record {name} got {written} of {length} bytes");
        PatchCrc(record);
        _records.Add(record);
    }

    /// <summary>Writes the directory; nothing can be added afterwards.</summary>
    public void Finish()
    {
        var start = _stream.Position;
        foreach (var record in _records)
            WriteDirectoryEntry(record);
        WriteEnd(start, _stream.Position - start);
    }

    private void WriteLocalHeader(Record record)
    {
        var fixedLength = LocalHeaderLength + record.Name.Length + (record.IsZip64 ? Zip64LocalLength : 0);
        var padding = (int)((Alignment - (record.Offset + fixedLength + 4) % Alignment) % Alignment);
        var header = new byte[fixedLength + 4 + padding];
        var span = header.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(span, 0x04034B50);
        BinaryPrimitives.WriteUInt16LittleEndian(span[4..], VersionNeeded(record));
        BinaryPrimitives.WriteUInt16LittleEndian(span[6..], Utf8Names);
        BinaryPrimitives.WriteUInt16LittleEndian(span[12..], FirstDate);
        var size = record.IsZip64 ? uint.MaxValue : (uint)record.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(span[18..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(span[22..], size);
        BinaryPrimitives.WriteUInt16LittleEndian(span[26..], (ushort)record.Name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(span[28..], (ushort)(header.Length - LocalHeaderLength - record.Name.Length));
        record.Name.CopyTo(span[LocalHeaderLength..]);
        var extra = span[(LocalHeaderLength + record.Name.Length)..];
        if (record.IsZip64)
        {
            WriteZip64(extra, record.Length, record.Length);
            extra = extra[Zip64LocalLength..];
        }
        "FB"u8.CopyTo(extra);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], (ushort)padding);
        extra[4..].Fill((byte)'Z');
        _stream.Write(header);
    }

    private void PatchCrc(Record record)
    {
        Span<byte> crc = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, record.Crc);
        var end = _stream.Position;
        _stream.Position = record.Offset + CrcOffset;
        _stream.Write(crc);
        _stream.Position = end;
    }

    private void WriteDirectoryEntry(Record record)
    {
        var extraLength = record.IsZip64 ? Zip64LocalLength + sizeof(long) : 0;
        var entry = new byte[46 + record.Name.Length + extraLength];
        var span = entry.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(span, 0x02014B50);
        BinaryPrimitives.WriteUInt16LittleEndian(span[4..], VersionNeeded(record));
        BinaryPrimitives.WriteUInt16LittleEndian(span[6..], VersionNeeded(record));
        BinaryPrimitives.WriteUInt16LittleEndian(span[8..], Utf8Names);
        BinaryPrimitives.WriteUInt16LittleEndian(span[14..], FirstDate);
        BinaryPrimitives.WriteUInt32LittleEndian(span[16..], record.Crc);
        var size = record.IsZip64 ? uint.MaxValue : (uint)record.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(span[20..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(span[24..], size);
        BinaryPrimitives.WriteUInt16LittleEndian(span[28..], (ushort)record.Name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(span[30..], (ushort)extraLength);
        BinaryPrimitives.WriteUInt32LittleEndian(span[42..], record.IsZip64 ? uint.MaxValue : (uint)record.Offset);
        record.Name.CopyTo(span[46..]);
        if (record.IsZip64)
            WriteZip64(span[(46 + record.Name.Length)..], record.Length, record.Length, record.Offset);
        _stream.Write(entry);
    }

    private void WriteEnd(long start, long length)
    {
        var count = _records.Count;
        var zip64 = start >= _zip64From || length >= _zip64From || count >= ushort.MaxValue;
        if (zip64)
            WriteZip64End(start, length, count);
        Span<byte> end = stackalloc byte[22];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], zip64 ? ushort.MaxValue : (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], zip64 ? ushort.MaxValue : (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], zip64 ? uint.MaxValue : (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], zip64 ? uint.MaxValue : (uint)start);
        _stream.Write(end);
    }

    private void WriteZip64End(long start, long length, int count)
    {
        Span<byte> end = stackalloc byte[56 + 20];
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06064B50);
        BinaryPrimitives.WriteInt64LittleEndian(end[4..], 44);
        BinaryPrimitives.WriteUInt16LittleEndian(end[12..], 45);
        BinaryPrimitives.WriteUInt16LittleEndian(end[14..], 45);
        BinaryPrimitives.WriteInt64LittleEndian(end[24..], count);
        BinaryPrimitives.WriteInt64LittleEndian(end[32..], count);
        BinaryPrimitives.WriteInt64LittleEndian(end[40..], length);
        BinaryPrimitives.WriteInt64LittleEndian(end[48..], start);
        var locator = end[56..];
        BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064B50);
        BinaryPrimitives.WriteInt64LittleEndian(locator[8..], start + length);
        BinaryPrimitives.WriteUInt32LittleEndian(locator[16..], 1);
        _stream.Write(end);
    }

    private static void WriteZip64(Span<byte> extra, params ReadOnlySpan<long> values)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], (ushort)(values.Length * sizeof(long)));
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(extra[(4 + i * sizeof(long))..], values[i]);
    }

    private static ushort VersionNeeded(Record record) => (ushort)(record.IsZip64 ? 45 : 20);

    private sealed class Record(byte[] name, long length, long offset, bool isZip64)
    {
        public byte[] Name { get; } = name;

        public long Length { get; } = length;

        public long Offset { get; } = offset;

        public bool IsZip64 { get; } = isZip64;

        public uint Crc { get; set; }
    }
}
