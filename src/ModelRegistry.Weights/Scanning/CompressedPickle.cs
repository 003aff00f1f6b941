using System.IO.Compression;

namespace ModelRegistry.Weights.Scanning;

/// <summary>Files that are one compressed stream, gzip or zlib: joblib compresses its pickles so.</summary>
internal static class CompressedPickle
{
    /// <summary>Bytes that are looked at; a bomb costs no more.</summary>
    internal const int Most = 64 << 20;

    /// <summary>The content, up to <see cref="Most"/> bytes; null for a file that is no such stream.</summary>
    internal static byte[]? Inflate(MappedFile file)
    {
        var head = file.Peek(0, 2);
        var isGzip = head is [0x1f, 0x8b];
        if (!isGzip && !(head is [0x78, _] && (head[0] * 256 + head[1]) % 31 == 0))
        {
            return null;
        }

        try
        {
            using var stored = file.OpenStream(0, file.Length);
            using Stream stream = isGzip ? new GZipStream(stored, CompressionMode.Decompress) : new ZLibStream(stored, CompressionMode.Decompress);
            using var result = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; result.Length < Most && (read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, Most - result.Length))) > 0;)
            {
                result.Write(buffer, 0, read);
            }

            return result.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // Not such a stream after all, or a damaged one, which no loader opens either.
            return null;
        }
    }
}
