using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels.Simd;

internal sealed unsafe partial class VectorKernels<TLanes, TVector, TTall, TMiddle, TShort>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WinogradInput(float* source, int* offsets, float* destination, nint positionStride, int tiles)
    {
        float* half = stackalloc float[36 * TLanes.Count];
        for (int x = 0; x < tiles; x += TLanes.Count)
        {
            // Columns first: Bᵀ d, then its rows: (Bᵀ d) B.
            for (int j = 0; j < 6; j++)
                TransformInput(
                    TLanes.Load(source + offsets[j] + x),
                    TLanes.Load(source + offsets[6 + j] + x),
                    TLanes.Load(source + offsets[12 + j] + x),
                    TLanes.Load(source + offsets[18 + j] + x),
                    TLanes.Load(source + offsets[24 + j] + x),
                    TLanes.Load(source + offsets[30 + j] + x),
                    half + (j * TLanes.Count),
                    6 * TLanes.Count);
            for (int i = 0; i < 6; i++)
            {
                float* row = half + (i * 6 * TLanes.Count);
                TransformInput(
                    TLanes.Load(row),
                    TLanes.Load(row + TLanes.Count),
                    TLanes.Load(row + (2 * TLanes.Count)),
                    TLanes.Load(row + (3 * TLanes.Count)),
                    TLanes.Load(row + (4 * TLanes.Count)),
                    TLanes.Load(row + (5 * TLanes.Count)),
                    destination + (i * 6 * positionStride) + x,
                    positionStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WinogradOutput(float* source, nint positionStride, float bias, float* rows, int rowStride, int tiles)
    {
        float* half = stackalloc float[24 * TLanes.Count];
        float* pixels = stackalloc float[4 * TLanes.Count];
        for (int x = 0; x < tiles; x += TLanes.Count)
        {
            for (int j = 0; j < 6; j++)
            {
                float* column = source + (j * positionStride) + x;
                nint step = 6 * positionStride;
                TransformOutput(
                    TLanes.Load(column),
                    TLanes.Load(column + step),
                    TLanes.Load(column + (2 * step)),
                    TLanes.Load(column + (3 * step)),
                    TLanes.Load(column + (4 * step)),
                    TLanes.Load(column + (5 * step)),
                    TLanes.Zero,
                    half + (j * TLanes.Count),
                    6 * TLanes.Count);
            }

            for (int i = 0; i < 4; i++)
            {
                float* row = half + (i * 6 * TLanes.Count);
                TransformOutput(
                    TLanes.Load(row),
                    TLanes.Load(row + TLanes.Count),
                    TLanes.Load(row + (2 * TLanes.Count)),
                    TLanes.Load(row + (3 * TLanes.Count)),
                    TLanes.Load(row + (4 * TLanes.Count)),
                    TLanes.Load(row + (5 * TLanes.Count)),
                    TLanes.Broadcast(bias),
                    pixels,
                    TLanes.Count);

                // Four neighbouring pixels are in four vectors.
                float* to = rows + ((nint)i * rowStride) + (4 * x);
                for (int t = 0; t < TLanes.Count; t++, to += 4)
                {
                    to[0] = pixels[t];
                    to[1] = pixels[TLanes.Count + t];
                    to[2] = pixels[(2 * TLanes.Count) + t];
                    to[3] = pixels[(3 * TLanes.Count) + t];
                }
            }
        }
    }

    // Bᵀ of F(4, 3):  4 0 −5 0 1 0 | 0 −4 −4 1 1 0 | 0 4 −4 −1 1 0 | 0 −2 −1 2 1 0 | 0 2 −1 −2 1 0 | 0 4 0 −5 0 1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformInput(
        TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5, float* destination, nint stride)
    {
        TVector four = TLanes.Broadcast(4), minusFour = TLanes.Broadcast(-4), minusFive = TLanes.Broadcast(-5), two = TLanes.Broadcast(2);
        TVector even = TLanes.MultiplyAdd(d2, minusFour, d4), odd = TLanes.MultiplyAdd(d1, minusFour, d3);
        TVector difference = TLanes.Subtract(d4, d2), twice = TLanes.Multiply(two, TLanes.Subtract(d3, d1));
        TLanes.Store(TLanes.MultiplyAdd(d0, four, TLanes.MultiplyAdd(d2, minusFive, d4)), destination);
        TLanes.Store(TLanes.Add(even, odd), destination + stride);
        TLanes.Store(TLanes.Subtract(even, odd), destination + (2 * stride));
        TLanes.Store(TLanes.Add(difference, twice), destination + (3 * stride));
        TLanes.Store(TLanes.Subtract(difference, twice), destination + (4 * stride));
        TLanes.Store(TLanes.MultiplyAdd(d1, four, TLanes.MultiplyAdd(d3, minusFive, d5)), destination + (5 * stride));
    }

    // Aᵀ of F(4, 3):  1 1 1 1 1 0 | 0 1 −1 2 −2 0 | 0 1 1 4 4 0 | 0 1 −1 8 −8 1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformOutput(
        TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, TVector bias, float* destination, nint stride)
    {
        TVector sum12 = TLanes.Add(m1, m2), difference12 = TLanes.Subtract(m1, m2);
        TVector sum34 = TLanes.Add(m3, m4), difference34 = TLanes.Subtract(m3, m4);
        TLanes.Store(TLanes.Add(bias, TLanes.Add(m0, TLanes.Add(sum12, sum34))), destination);
        TLanes.Store(TLanes.Add(bias, TLanes.MultiplyAdd(difference34, TLanes.Broadcast(2), difference12)), destination + stride);
        TLanes.Store(TLanes.Add(bias, TLanes.MultiplyAdd(sum34, TLanes.Broadcast(4), sum12)), destination + (2 * stride));
        TLanes.Store(
            TLanes.Add(bias, TLanes.Add(m5, TLanes.MultiplyAdd(difference34, TLanes.Broadcast(8), difference12))), destination + (3 * stride));
    }
}
