namespace ModelRegistry.Weights.Tensors;

/// <summary>Collects the elements of a strided view in row-major order.</summary>
internal static class StridedGather
{
    /// <summary>Elements from <paramref name="first"/> on, as many as fit <paramref name="destination"/>.</summary>
    internal static void Read(Tensor tensor, TensorStorage storage, long first, Span<byte> destination)
    {
        var width = tensor.DType.BytesPerElement();
        var rank = tensor.Shape.Length;
        Span<long> index = stackalloc long[Math.Max(1, rank)];
        var element = tensor.StorageOffset;
        var rest = first;
        for (var i = rank - 1; i >= 0; i--)
        {
            index[i] = rest % tensor.Shape[i];
            rest /= tensor.Shape[i];
            element += index[i] * tensor.Strides[i];
        }

        var source = new Window(storage);
        for (var done = 0; done < destination.Length; done += width)
        {
            source.Read(element * width, width).CopyTo(destination[done..]);
            for (var i = rank - 1; i >= 0; i--)
            {
                element += tensor.Strides[i];
                if (++index[i] < tensor.Shape[i])
                {
                    break;
                }

                element -= index[i] * tensor.Strides[i];
                index[i] = 0;
            }
        }
    }

    /// <summary>Keeps a span over the neighbourhood, so that each element does not pay for the file's own checks.</summary>
    private ref struct Window(TensorStorage storage)
    {
        private const int Reach = 1 << 24;
        private ReadOnlySpan<byte> _span;
        private long _start;

        internal ReadOnlySpan<byte> Read(long offset, int width)
        {
            if (offset < _start || offset + width > _start + _span.Length)
            {
                _start = Math.Max(0, offset - Reach);
                _span = storage.Slice(_start, (int)Math.Min(storage.ByteLength - _start, 2L * Reach));
            }

            return _span.Slice((int)(offset - _start), width);
        }
    }
}
