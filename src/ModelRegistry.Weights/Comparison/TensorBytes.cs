using System.Buffers;

namespace ModelRegistry.Weights.Comparison;

/// <summary>Compares the elements of two tensors of the same type and shape, some at a time.</summary>
internal static class TensorBytes
{
    public static bool AreEqual(Tensor left, Tensor right, CancellationToken cancellationToken)
    {
        var equal = true;
        Walk(left, right, (a, b) => equal = a.SequenceEqual(b), cancellationToken);
        return equal;
    }

    /// <summary>Receives the same elements of both tensors.</summary>
    /// <returns>False to stop.</returns>
    internal delegate bool Visit(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    /// <summary>Hands out both tensors' elements side by side, in chunks that hold whole elements.</summary>
    public static void Walk(Tensor left, Tensor right, Visit visit, CancellationToken cancellationToken)
    {
        const int Chunk = 1 << 20;
        var size = (int)Math.Min(Chunk, Math.Max(1, left.ByteLength));
        var (leftBuffer, rightBuffer) = (ArrayPool<byte>.Shared.Rent(size), ArrayPool<byte>.Shared.Rent(size));
        try
        {
            for (long done = 0; done < left.ByteLength; done += size)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var length = (int)Math.Min(size, left.ByteLength - done);
                left.Read(done, leftBuffer.AsSpan(0, length));
                right.Read(done, rightBuffer.AsSpan(0, length));
                if (!visit(leftBuffer.AsSpan(0, length), rightBuffer.AsSpan(0, length)))
                    return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(leftBuffer);
            ArrayPool<byte>.Shared.Return(rightBuffer);
        }
    }
}
