using System.Buffers;
using System.Buffers.Binary;

namespace ModelRegistry.Weights.Comparison;

/// <summary>Measures how far apart the values of two tensors of one shape are, in double precision and constant memory.</summary>
internal static class TensorMeasure
{
    private const int ChunkElements = 1 << 16;

    /// <summary>Null when the values of either cannot be read as numbers.</summary>
    public static TensorDifference? Difference(Tensor a, Tensor b, CancellationToken cancellationToken)
    {
        if (!IsNumeric(a) || !IsNumeric(b) || IsComplex(a.DType) != IsComplex(b.DType))
            return null;
        var (valuesA, valuesB) = (new double[ChunkElements * 2], new double[ChunkElements * 2]);
        var sum = new Sum();
        for (long done = 0; done < a.ElementCount; done += ChunkElements)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var elements = (int)Math.Min(ChunkElements, a.ElementCount - done);
            sum.Add(Read(a, done, elements, valuesA), Read(b, done, elements, valuesB));
        }
        return sum.Result;
    }

    private static bool IsNumeric(Tensor tensor) =>
        tensor is { HasData: true, Quantization: null } && (IsComplex(tensor.DType) || FloatWidening.Supports(tensor.DType));

    private static bool IsComplex(DType dtype) => dtype is DType.Complex32 or DType.Complex64 or DType.Complex128;

    private static ReadOnlySpan<double> Read(Tensor tensor, long first, int elements, double[] values)
    {
        var width = tensor.DType.BytesPerElement();
        var bytes = ArrayPool<byte>.Shared.Rent(elements * width);
        try
        {
            var read = bytes.AsSpan(0, elements * width);
            tensor.Read(first * width, read);
            return ToDoubles(tensor.DType, read, values);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static ReadOnlySpan<double> ToDoubles(DType dtype, ReadOnlySpan<byte> bytes, double[] values)
    {
        var part = dtype switch
        {
            DType.Complex32 => DType.Float16,
            DType.Complex64 => DType.Float32,
            DType.Complex128 => DType.Float64,
            _ => dtype,
        };
        var width = part.BytesPerElement();
        var result = values.AsSpan(0, bytes.Length / width);
        if (part is DType.Float64 or DType.Int64 or DType.UInt64 or DType.Int32 or DType.UInt32)
        {
            for (var i = 0; i < result.Length; i++)
                result[i] = WideToDouble(part, bytes.Slice(i * width, width));
            return result;
        }
        var singles = ArrayPool<float>.Shared.Rent(result.Length);
        try
        {
            FloatWidening.Widen(part, bytes, singles.AsSpan(0, result.Length));
            for (var i = 0; i < result.Length; i++)
                result[i] = singles[i];
            return result;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(singles);
        }
    }

    /// <summary>The types of which single precision would round some values.</summary>
    private static double WideToDouble(DType dtype, ReadOnlySpan<byte> bytes) => dtype switch
    {
        DType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        DType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        DType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        DType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
    };

    private struct Sum
    {
        private double _squares;
        private double _differences;
        private double _largest;
        private long _changed;

        public readonly TensorDifference Result => new(RelativeL2, _largest, _changed);

        private readonly double RelativeL2 => _differences == 0 ? 0
            : double.IsFinite(_differences) ? Math.Sqrt(_differences) / Math.Sqrt(_squares)
            : double.PositiveInfinity;

        public void Add(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        {
            for (var i = 0; i < a.Length; i++)
            {
                if (double.IsFinite(a[i]))
                    _squares += a[i] * a[i];
                // NaN equals NaN here, and an infinity itself.
                if (a[i].Equals(b[i]))
                    continue;
                var difference = Math.Abs(b[i] - a[i]);
                if (difference == 0)
                    continue;
                if (!double.IsFinite(difference))
                    difference = double.PositiveInfinity;
                _changed++;
                _differences += difference * difference;
                _largest = Math.Max(_largest, difference);
            }
        }
    }
}
