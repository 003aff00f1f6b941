using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ModelRegistry.Weights.Tests;

/// <summary>Writes zip archives record by record, right by default and wrong where a test says so.</summary>
internal sealed class ZipBuilder
{
    private readonly List<Record> _records = [];

    /// <summary>Bytes before the first record.</summary>
    public byte[] Prefix { get; init; } = [];

    /// <summary>Bytes after the end record.</summary>
    public byte[] Suffix { get; init; } = [];

    public string Comment { get; init; } = "";

    public ushort Disk { get; init; }

    /// <summary>Added to the counts of the end record.</summary>
    public (int Here, int Total) CountError { get; init; }

    public bool Zip64 { get; init; }

    /// <summary>Changes the end of the archive: bytes, position of the zip64 end record.</summary>
    public Action<byte[], int>? Spoil { get; init; }

    public ZipBuilder Add(string name, ReadOnlySpan<byte> content, Action<Record>? change = null)
    {
        var record = new Record { Name = Encoding.UTF8.GetBytes(name), Content = content.ToArray() };
        change?.Invoke(record);
        _records.Add(record);
        return this;
    }

    public byte[] Build()
    {
        using var file = new MemoryStream();
        file.Write(Prefix);
        foreach (var record in _records)
        {
            record.WriteLocal(file);
        }

        var directory = (int)file.Length;
        foreach (var record in _records)
        {
            record.WriteDirectory(file);
        }

        var end = (int)file.Length;
        if (Zip64)
        {
            WriteZip64(file, directory, end);
        }

        var bytes = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Disk);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(_records.Count + CountError.Here));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), (ushort)(_records.Count + CountError.Total));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), end - directory);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), directory);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(20), (ushort)Comment.Length);
        file.Write(bytes);
        file.Write(Encoding.Latin1.GetBytes(Comment));
        file.Write(Suffix);
        var result = file.ToArray();
        Spoil?.Invoke(result, end);
        return result;
    }

    private void WriteZip64(MemoryStream file, int directory, int end)
    {
        var wide = new byte[56 + 20];
        "PK\u0006\u0006"u8.CopyTo(wide);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(24), _records.Count);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(32), _records.Count);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(40), end - directory);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(48), directory);
        "PK\u0006\u0007"u8.CopyTo(wide.AsSpan(56));
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(56 + 8), end);
        BinaryPrimitives.WriteInt32LittleEndian(wide.AsSpan(56 + 16), 1);
        file.Write(wide);
    }

    /// <summary>One record; what its header says and what the directory says can differ.</summary>
    internal sealed class Record
    {
        private byte[] _stored = [];
        private int _offset;

        public byte[] Name { get; set; } = [];

        public byte[]? LocalName { get; set; }

        public byte[] Content { get; set; } = [];

        public bool Deflate { get; set; }

        /// <summary>Compressed bytes in place of those deflated from the content.</summary>
        public byte[]? Compressed { get; set; }

        public ushort Flags { get; set; }

        public ushort? LocalFlags { get; set; }

        public ushort? Method { get; set; }

        public ushort? LocalMethod { get; set; }

        public uint? Crc { get; set; }

        public long? Length { get; set; }

        public long? CompressedLength { get; set; }

        public uint? LocalCrc { get; set; }

        public int OffsetError { get; set; }

        public uint ExternalAttributes { get; set; }

        public byte[] Extra { get; set; } = [];

        /// <summary>Bytes after the data, e.g. a descriptor or a gap.</summary>
        public byte[] After { get; set; } = [];

        private ushort MethodNumber => Method ?? (ushort)(Deflate ? 8 : 0);

        private uint CrcValue => Crc ?? Crc32.Compute(Content);

        public void WriteLocal(MemoryStream file)
        {
            _offset = (int)file.Length;
            _stored = Compressed ?? (Deflate ? Deflated(Content) : Content);
            var header = new byte[30];
            "PK\u0003\u0004"u8.CopyTo(header);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), LocalFlags ?? Flags);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), LocalMethod ?? MethodNumber);
            if ((Flags & 8) == 0)
            {
                WriteSizes(header.AsSpan(14), LocalCrc ?? CrcValue);
            }

            var name = LocalName ?? Name;
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), (ushort)name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)Extra.Length);
            file.Write(header);
            file.Write(name);
            file.Write(Extra);
            file.Write(_stored);
            if ((Flags & 8) != 0)
            {
                var descriptor = new byte[16];
                "PK\u0007\u0008"u8.CopyTo(descriptor);
                WriteSizes(descriptor.AsSpan(4), LocalCrc ?? CrcValue);
                file.Write(descriptor);
            }

            file.Write(After);
        }

        public void WriteDirectory(MemoryStream file)
        {
            var header = new byte[46];
            "PK\u0001\u0002"u8.CopyTo(header);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Flags);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), MethodNumber);
            WriteSizes(header.AsSpan(16), CrcValue);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)Name.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(38), ExternalAttributes);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(42), _offset + OffsetError);
            file.Write(header);
            file.Write(Name);
        }

        private void WriteSizes(Span<byte> destination, uint crc)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, crc);
            BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)(CompressedLength ?? _stored.Length));
            BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], (uint)(Length ?? Content.Length));
        }

        private static byte[] Deflated(byte[] content)
        {
            using var buffer = new MemoryStream();
            using (var stream = new DeflateStream(buffer, CompressionLevel.Optimal))
            {
                stream.Write(content);
            }

            return buffer.ToArray();
        }
    }
}
