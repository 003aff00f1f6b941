using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels.Simd;

internal sealed unsafe partial class VectorKernels<TLanes, TVector, TTall, TMiddle, TShort>
{
    private const int RowsAtOnce = 4;

    public override void SlideWindow(in WindowRows job)
    {
        bool neighbours = job.IsThreeByThreeOfNeighbours;
        int y = 0;
        if (job.Rows >= RowsAtOnce)
        {
            // The last stretch begins early rather than being short: rows computed twice are the same twice.
            for (; y < job.Rows; y += RowsAtOnce)
            {
                int first = Math.Min(y, job.Rows - RowsAtOnce);
                if (neighbours)
                    FourNeighbours(job, first);
                else
                    FourRows(job, first);
            }
        }

        for (; y < job.Rows; y++)
            OneRow(job, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(in WindowRows job, int row)
    {
        float* source = job.Source + (row * job.SourceStride);
        float* destination = job.Destination + ((nint)row * job.Columns);
        int* offsets = job.Offsets;
        float* weights = job.Weights;
        int taps = job.Taps, columns = job.Columns;
        TVector bias = TLanes.Broadcast(job.Bias);
        for (int x = 0; ; x = Math.Min(x + TLanes.Count, columns - TLanes.Count))
        {
            float* from = source + x;
            TVector even = bias, odd = TLanes.Zero;
            int t = 0;
            for (; t + 1 < taps; t += 2)
            {
                even = TLanes.MultiplyAdd(TLanes.Broadcast(weights[t]), TLanes.Load(from + offsets[t]), even);
                odd = TLanes.MultiplyAdd(TLanes.Broadcast(weights[t + 1]), TLanes.Load(from + offsets[t + 1]), odd);
            }

            if (t < taps)
                even = TLanes.MultiplyAdd(TLanes.Broadcast(weights[t]), TLanes.Load(from + offsets[t]), even);
            Finish(job, TLanes.Add(even, odd), destination + x);
            if (x + TLanes.Count >= columns)
                return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(in WindowRows job, int row)
    {
        nint stride = job.SourceStride;
        float* source = job.Source + (row * stride);
        float* destination = job.Destination + ((nint)row * job.Columns);
        int* offsets = job.Offsets;
        float* weights = job.Weights;
        int taps = job.Taps, columns = job.Columns;
        TVector bias = TLanes.Broadcast(job.Bias);
        for (int x = 0; ; x = Math.Min(x + TLanes.Count, columns - TLanes.Count))
        {
            TVector r0 = bias, r1 = bias, r2 = bias, r3 = bias;
            for (int t = 0; t < taps; t++)
            {
                TVector weight = TLanes.Broadcast(weights[t]);
                float* from = source + x + offsets[t];
                r0 = TLanes.MultiplyAdd(weight, TLanes.Load(from), r0);
                r1 = TLanes.MultiplyAdd(weight, TLanes.Load(from + stride), r1);
                r2 = TLanes.MultiplyAdd(weight, TLanes.Load(from + (2 * stride)), r2);
                r3 = TLanes.MultiplyAdd(weight, TLanes.Load(from + (3 * stride)), r3);
            }

            FinishFour(job, r0, r1, r2, r3, destination + x);
            if (x + TLanes.Count >= columns)
                return;
        }
    }

    // Six rows of three loads serve four rows of nine taps, and the weights stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourNeighbours(in WindowRows job, int row)
    {
        nint stride = job.SourceStride;
        float* source = job.Source + (row * stride);
        float* destination = job.Destination + ((nint)row * job.Columns);
        float* w = job.Weights;
        nint left = job.Offsets[0], middle = job.Offsets[1], right = job.Offsets[2];
        int columns = job.Columns;
        TVector w0 = TLanes.Broadcast(w[0]), w1 = TLanes.Broadcast(w[1]), w2 = TLanes.Broadcast(w[2]);
        TVector w3 = TLanes.Broadcast(w[3]), w4 = TLanes.Broadcast(w[4]), w5 = TLanes.Broadcast(w[5]);
        TVector w6 = TLanes.Broadcast(w[6]), w7 = TLanes.Broadcast(w[7]), w8 = TLanes.Broadcast(w[8]);
        TVector bias = TLanes.Broadcast(job.Bias);
        for (int x = 0; ; x = Math.Min(x + TLanes.Count, columns - TLanes.Count))
        {
            float* from = source + x;
            TVector a = TLanes.Load(from + left), b = TLanes.Load(from + middle), c = TLanes.Load(from + right);
            TVector r0 = Three(w0, w1, w2, a, b, c, bias);
            from += stride;
            (a, b, c) = (TLanes.Load(from + left), TLanes.Load(from + middle), TLanes.Load(from + right));
            r0 = Three(w3, w4, w5, a, b, c, r0);
            TVector r1 = Three(w0, w1, w2, a, b, c, bias);
            from += stride;
            (a, b, c) = (TLanes.Load(from + left), TLanes.Load(from + middle), TLanes.Load(from + right));
            r0 = Three(w6, w7, w8, a, b, c, r0);
            r1 = Three(w3, w4, w5, a, b, c, r1);
            TVector r2 = Three(w0, w1, w2, a, b, c, bias);
            from += stride;
            (a, b, c) = (TLanes.Load(from + left), TLanes.Load(from + middle), TLanes.Load(from + right));
            r1 = Three(w6, w7, w8, a, b, c, r1);
            r2 = Three(w3, w4, w5, a, b, c, r2);
            TVector r3 = Three(w0, w1, w2, a, b, c, bias);
            from += stride;
            (a, b, c) = (TLanes.Load(from + left), TLanes.Load(from + middle), TLanes.Load(from + right));
            r2 = Three(w6, w7, w8, a, b, c, r2);
            r3 = Three(w3, w4, w5, a, b, c, r3);
            from += stride;
            (a, b, c) = (TLanes.Load(from + left), TLanes.Load(from + middle), TLanes.Load(from + right));
            r3 = Three(w6, w7, w8, a, b, c, r3);
            FinishFour(job, r0, r1, r2, r3, destination + x);
            if (x + TLanes.Count >= columns)
                return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Three(TVector w0, TVector w1, TVector w2, TVector a, TVector b, TVector c, TVector sum) =>
        TLanes.MultiplyAdd(w2, c, TLanes.MultiplyAdd(w1, b, TLanes.MultiplyAdd(w0, a, sum)));

    // In this order, so that what a narrow row writes beyond its end is repaired by the next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishFour(in WindowRows job, TVector r0, TVector r1, TVector r2, TVector r3, float* destination)
    {
        Finish(job, r0, destination);
        Finish(job, r1, destination + job.Columns);
        Finish(job, r2, destination + (2 * (nint)job.Columns));
        Finish(job, r3, destination + (3 * (nint)job.Columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(in WindowRows job, TVector value, float* destination)
    {
        if (job.Clamp)
            value = VectorMath<TLanes, TVector>.Clamp(value, job.Low, job.High);
        TLanes.Store(value, destination);
    }
}
