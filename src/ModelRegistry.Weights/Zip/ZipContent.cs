using System.IO.Compression;

namespace ModelRegistry.Weights.Zip;

/// <summary>Gives the bytes of zip records, checked against size and CRC-32.</summary>
internal static class ZipContent
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>The whole record. A stored one is not copied; the span is valid until the file is disposed.</summary>
    /// <param name="archive">The archive the entry is from.</param>
    /// <param name="entry">The record.</param>
    /// <param name="limit">Most bytes the caller wants to see.</param>
    internal static ReadOnlySpan<byte> Read(ZipDirectory archive, ZipEntry entry, int limit)
    {
        if (entry.Length > limit)
        {
            throw new WeightsFormatException(WeightsCodes.SizeLimit, $"record {Display.Quote(entry.Name)} has {entry.Length} bytes, more than {limit}", archive.Where);
        }

        var bytes = entry.IsDeflated ? Inflate(archive, entry) : archive.File.Slice(entry.DataOffset, (int)entry.Length);
        CheckCrc(archive, entry, Crc32.Compute(bytes));
        return bytes;
    }

    /// <summary>Checks the CRC-32 of a record of any size without holding it.</summary>
    internal static void Verify(ZipDirectory archive, ZipEntry entry, CancellationToken cancellation = default)
    {
        if (entry.IsDeflated)
        {
            CheckCrc(archive, entry, Crc32.Compute(Inflate(archive, entry)));
            return;
        }

        uint crc = 0;
        for (long done = 0; done < entry.Length; done += ChunkBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            crc = Crc32.Append(crc, archive.File.Slice(entry.DataOffset + done, (int)Math.Min(ChunkBytes, entry.Length - done)));
        }

        CheckCrc(archive, entry, crc);
    }

    /// <summary>Inflates at most the declared size and one byte more; the buffer grows with what is there, not with what is declared.</summary>
    internal static byte[] Inflate(ZipDirectory archive, ZipEntry entry)
    {
        var where = $"{archive.Where} record {Display.Quote(entry.Name)}";
        using var source = new DeflateStream(archive.File.OpenStream(entry.DataOffset, entry.CompressedLength), CompressionMode.Decompress);
        var result = new byte[Math.Min(entry.Length, 4 * Math.Max(entry.CompressedLength, 64))];
        var done = 0;
        try
        {
            while (true)
            {
                if (done == entry.Length)
                {
                    return source.ReadByte() < 0 ? result : throw new WeightsFormatException(WeightsCodes.SizeLimit, $"the record inflates to more than the {entry.Length} bytes it declares", where);
                }

                if (done == result.Length)
                {
                    Array.Resize(ref result, (int)Math.Min(entry.Length, 2L * result.Length));
                }

                var count = source.Read(result, done, result.Length - done);
                if (count == 0)
                {
                    throw new WeightsFormatException(WeightsCodes.ZipHeaderMismatch, $"the record inflates to {done} bytes, not the {entry.Length} it declares", where);
                }

                done += count;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new WeightsFormatException(WeightsCodes.Checksum, "the compressed data is damaged", where, "fetch the file again", e);
        }
    }

    private static void CheckCrc(ZipDirectory archive, ZipEntry entry, uint crc)
    {
        if (crc != entry.Crc)
        {
            throw new WeightsFormatException(WeightsCodes.Checksum, $"record {Display.Quote(entry.Name)} does not match its CRC-32 ({crc:x8}, not {entry.Crc:x8})", archive.Where, "the file is damaged; fetch it again");
        }
    }
}
