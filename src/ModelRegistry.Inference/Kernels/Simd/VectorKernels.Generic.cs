using System.Diagnostics;
using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Gemm;

namespace ModelRegistry.Inference.Kernels.Simd;

internal sealed unsafe partial class VectorKernels<TLanes, TVector, TTall, TMiddle, TShort> : VectorKernels
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
    where TTall : IRowCount
    where TMiddle : IRowCount
    where TShort : IRowCount
{
    public override int Lanes => TLanes.Count;

    public override RowBlocking Blocking { get; } = new(TTall.Rows, TMiddle.Rows, TShort.Rows);

    public override void Multiply(in MicroTile tile, int rows)
    {
        if (rows == TTall.Rows)
            MicroKernel<TLanes, TVector, TTall>.Run(tile);
        else if (rows == TMiddle.Rows)
            MicroKernel<TLanes, TVector, TMiddle>.Run(tile);
        else if (rows == TShort.Rows)
            MicroKernel<TLanes, TVector, TShort>.Run(tile);
        else if (rows == 1)
            MicroKernel<TLanes, TVector, OneRow>.Run(tile);
        else
            throw new UnreachableException($"no micro-kernel of {rows} rows");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PackSegments(float* source, int* offsets, int depth, ReadOnlySpan<ColumnSegment> segments, float* panel)
    {
        if (segments.Length == 1 && segments[0].Length == 2 * TLanes.Count)
        {
            source += segments[0].Source;
            for (int k = 0; k < depth; k++)
            {
                float* row = source + offsets[k];
                TLanes.Store(TLanes.Load(row), panel);
                TLanes.Store(TLanes.Load(row + TLanes.Count), panel + TLanes.Count);
                panel += 2 * TLanes.Count;
            }

            return;
        }

        for (int k = 0; k < depth; k++)
        {
            float* row = source + offsets[k];
            for (int s = 0; s < segments.Length; s++)
            {
                ref readonly ColumnSegment segment = ref segments[s];
                float* from = row + segment.Source;
                float* to = panel + segment.Column;
                TLanes.Store(TLanes.Load(from), to);
                for (int i = TLanes.Count; i < segment.Length; i += TLanes.Count)
                    TLanes.Store(TLanes.Load(from + i), to + i);
            }

            panel += 2 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void LargestRow(float* source, int* offsets, int taps, float* destination, int columns)
    {
        for (int x = 0; x < columns; x += TLanes.Count)
        {
            TVector largest = TLanes.Load(source + offsets[0] + x);
            for (int t = 1; t < taps; t++)
                largest = TLanes.Max(largest, TLanes.Load(source + offsets[t] + x));
            TLanes.Store(largest, destination + x);
        }
    }

    public override void Apply(Activation activation, float* source, float* destination, int count)
    {
        switch (activation)
        {
            case Activation.None:
                if (source != destination)
                    new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(destination, count));
                break;
            case Activation.Relu: Map<Pointwise<TLanes, TVector>.Relu>(source, destination, count); break;
            case Activation.Relu6: Map<Pointwise<TLanes, TVector>.Relu6>(source, destination, count); break;
            case Activation.HardSwish: Map<Pointwise<TLanes, TVector>.HardSwish>(source, destination, count); break;
            case Activation.HardSigmoid: Map<Pointwise<TLanes, TVector>.HardSigmoid>(source, destination, count); break;
            case Activation.Silu: Map<Pointwise<TLanes, TVector>.Silu>(source, destination, count); break;
            case Activation.Gelu: Map<Pointwise<TLanes, TVector>.Gelu>(source, destination, count); break;
            case Activation.GeluTanh: Map<Pointwise<TLanes, TVector>.GeluTanh>(source, destination, count); break;
            case Activation.Sigmoid: Map<Pointwise<TLanes, TVector>.Sigmoid>(source, destination, count); break;
            case Activation.Tanh: Map<Pointwise<TLanes, TVector>.Tanh>(source, destination, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TFunction>(float* source, float* destination, int count)
        where TFunction : IPointwise<TVector>
    {
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TFunction.Apply(TLanes.Load(source + i)), destination + i);
        if (i == count)
            return;

        float* tail = stackalloc float[TLanes.Count];
        for (int j = 0; j < TLanes.Count; j++)
            tail[j] = i + j < count ? source[i + j] : 0;
        TLanes.Store(TFunction.Apply(TLanes.Load(tail)), tail);
        for (int j = 0; i + j < count; j++)
            destination[i + j] = tail[j];
    }
}
