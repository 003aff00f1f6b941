using System.Buffers.Binary;
using System.IO.Compression;

namespace ModelRegistry.Weights.Scanning;

/// <summary>
/// An archive that breaks a rule is invalid. What its records ask for is worth knowing all the same: other readers may
/// not mind what is wrong with it.
/// </summary>
internal static class DamagedArchive
{
    private const int Window = 64 << 20;
    private const int RecordReach = 1 << 20;
    private const int HeaderLength = 30;

    /// <summary>Bytes of records that are looked at in all: a file can be made of record headers.</summary>
    private const long Budget = 256L << 20;

    internal static void Scan(MappedFile file, string where, ScanFindings findings, CancellationToken cancellation)
    {
        var bytes = file.Peek(0, Window);
        var left = Budget;
        var at = 0;
        while (left > 0 && bytes[at..].IndexOf("PK\u0003\u0004"u8) is >= 0 and var found)
        {
            cancellation.ThrowIfCancellationRequested();
            at += found;
            var header = bytes[at..];
            if (header.Length < HeaderLength)
            {
                return;
            }

            var data = HeaderLength + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            var record = file.Peek(at + data, RecordReach);
            if (BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) == 8)
            {
                record = Inflate(file, at + data, record.Length);
                left -= RecordReach;
            }

            if (!record.IsEmpty)
            {
                left -= HiddenPickle.StartsWithProtocol(record) ? record.Length : HeaderLength;
                HiddenPickle.Scan(record, new PickleOptions { Where = $"{where} record at byte {at}".TrimStart(), Lenient = true }, findings);
            }

            at += 4;
        }
    }

    private static byte[] Inflate(MappedFile file, long offset, int length)
    {
        var buffer = new byte[RecordReach];
        try
        {
            using var stream = new DeflateStream(file.OpenStream(offset, length), CompressionMode.Decompress);
            return buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // There is nothing to read, and the archive is invalid already.
            return [];
        }
    }
}
