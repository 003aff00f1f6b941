using System.Buffers;

namespace ModelRegistry.Weights;

/// <summary>Receives the next bytes of a tensor.</summary>
internal delegate void TensorChunk(ReadOnlySpan<byte> bytes);

public sealed partial class Tensor
{
    /// <summary>Hands out the elements in row-major, little-endian order, some at a time: no more than one chunk is held.</summary>
    internal void ReadChunks(TensorChunk receive, CancellationToken cancellationToken)
    {
        byte[]? buffer = null;
        try
        {
            var inPlace = IsContiguous && IsByteAligned && !Storage().IsBigEndian;
            for (long done = 0; done < ByteLength; done += ChunkBytes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var length = (int)Math.Min(ChunkBytes, ByteLength - done);
                if (inPlace)
                {
                    receive(Slice(done, length));
                    continue;
                }
                buffer ??= ArrayPool<byte>.Shared.Rent(length);
                ReadInto(done, buffer.AsSpan(0, length));
                receive(buffer.AsSpan(0, length));
            }
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Bytes [offset, offset + destination.Length) of the row-major, little-endian elements; offset is a multiple of the element size.</summary>
    internal void Read(long offset, Span<byte> destination) => ReadInto(offset, destination);
}
