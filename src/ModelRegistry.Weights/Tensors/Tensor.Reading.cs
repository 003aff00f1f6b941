using System.Buffers;

namespace ModelRegistry.Weights;

public sealed partial class Tensor
{
    /// <summary>Bytes copied at a time when streaming.</summary>
    private const int ChunkBytes = 1 << 20;

    /// <summary>
    /// The bytes where they lie in the mapped file: row-major, little-endian, no copy. Valid until the file is disposed.
    /// </summary>
    /// <exception cref="WeightsFormatException">
    /// Not contiguous, big-endian, without data, or more than 2 GiB (MR0520): use <see cref="CopyTo(Stream)"/> or <see cref="Slice"/>.
    /// </exception>
    public ReadOnlySpan<byte> Bytes =>
        ByteLength <= int.MaxValue
            ? Slice(0, (int)ByteLength)
            : throw Refused($"it has {ByteLength} bytes, more than a span holds", "read it in parts with Slice or CopyTo(Stream)");

    /// <summary>A part of <see cref="Bytes"/>, for tensors of any size.</summary>
    /// <param name="offset">First byte, counted from the tensor's first.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <exception cref="WeightsFormatException">As for <see cref="Bytes"/>, or the range leaves the tensor.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        var storage = Storage();
        if (!IsContiguous || !IsByteAligned)
        {
            throw Refused("it is not contiguous", "CopyTo gathers its elements");
        }

        if (storage.IsBigEndian && DType.SwapWidth() > 1)
        {
            throw Refused("it is stored in big-endian order", "CopyTo swaps its bytes");
        }

        return offset < 0 || length < 0 || offset > ByteLength - length
            ? throw Refused($"{length} bytes at {offset} leave it", $"it has {ByteLength} bytes")
            : storage.Slice(ElementCount == 0 ? 0 : ByteOffset + offset, length);
    }

    /// <summary>Writes the elements in row-major, little-endian order, gathering strides and swapping bytes as needed.</summary>
    /// <param name="destination">Exactly or more than <see cref="ByteLength"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    /// <exception cref="WeightsFormatException">There is no data, or packed elements do not start on a byte (MR0520).</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < ByteLength)
        {
            throw new ArgumentException($"{destination.Length} bytes are too few for {ByteLength}.", nameof(destination));
        }

        ReadInto(0, destination[..(int)ByteLength]);
    }

    /// <summary>As <see cref="CopyTo(Span{byte})"/>, in constant memory.</summary>
    /// <param name="destination">Receives <see cref="ByteLength"/> bytes.</param>
    public void CopyTo(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ReadChunks(destination.Write, CancellationToken.None);
    }

    /// <summary>The elements in row-major order as single precision.</summary>
    /// <returns><see cref="ElementCount"/> values: booleans as 0 and 1, wider types rounded to nearest.</returns>
    /// <exception cref="WeightsFormatException">
    /// The type is complex, quantized, packed below a byte or a string (MR0521), or there is no data (MR0520).
    /// </exception>
    public float[] ToFloat32()
    {
        if (ElementCount > Array.MaxLength)
        {
            throw Refused($"it has {ElementCount} elements, more than an array holds", "read it in parts with Slice");
        }

        if (!FloatWidening.Supports(DType))
        {
            throw new WeightsFormatException(
                WeightsCodes.TensorConversion, $"tensor {Display.Quote(Name)} of type {DType.DisplayName()} does not convert to float32", hint: "read its bytes with CopyTo");
        }

        Storage();
        var result = new float[ElementCount];
        var width = DType.BytesPerElement();
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkBytes, Math.Max(16, ByteLength)));
        try
        {
            var perChunk = buffer.Length / width;
            for (var done = 0; done < result.Length; done += perChunk)
            {
                var count = Math.Min(perChunk, result.Length - done);
                var part = buffer.AsSpan(0, count * width);
                ReadInto((long)done * width, part);
                FloatWidening.Widen(DType, part, result.AsSpan(done, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return result;
    }

    /// <summary>Row-major little-endian bytes [offset, offset + destination.Length); offset is a multiple of the element size.</summary>
    private void ReadInto(long offset, Span<byte> destination)
    {
        var storage = Storage();
        if (destination.IsEmpty)
        {
            return;
        }

        if (IsContiguous && IsByteAligned)
        {
            storage.Read(ByteOffset + offset, destination);
        }
        else if (DType.BytesPerElement() is var width and > 0)
        {
            StridedGather.Read(this, storage, offset / width, destination);
        }
        else
        {
            throw Refused($"its elements are packed below a byte ({DType.DisplayName()}) and not contiguous");
        }

        if (storage.IsBigEndian)
        {
            Endianness.Swap(destination, DType.SwapWidth());
        }
    }

    private TensorStorage Storage() => _storage ?? throw Refused("it has no data in this file");

    private WeightsFormatException Refused(string why, string? hint = null) =>
        new(WeightsCodes.TensorAccess, $"tensor {Display.Quote(Name)} cannot be read this way: {why}", hint: hint);
}
