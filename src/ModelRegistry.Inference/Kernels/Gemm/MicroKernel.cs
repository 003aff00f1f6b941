using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>
/// The inner loop of every product: up to 12 rows by two vectors of accumulators that never leave the registers.
/// Per step of the depth it loads two vectors, broadcasts one value per row, and issues two multiply-adds per row:
/// 24 accumulators hide the latency of two fused units. Panels are laid out as in Goto and van de Geijn,
/// "Anatomy of High-Performance Matrix Multiplication" (2008).
/// </summary>
internal static unsafe class MicroKernel<TLanes, TVector, TRows>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
    where TRows : IRowCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in MicroTile tile)
    {
        float* left = tile.Left;
        float* right = tile.Right;
        TVector c00 = TLanes.Zero, c01 = TLanes.Zero;
        TVector c10 = TLanes.Zero, c11 = TLanes.Zero;
        TVector c20 = TLanes.Zero, c21 = TLanes.Zero;
        TVector c30 = TLanes.Zero, c31 = TLanes.Zero;
        TVector c40 = TLanes.Zero, c41 = TLanes.Zero;
        TVector c50 = TLanes.Zero, c51 = TLanes.Zero;
        TVector c60 = TLanes.Zero, c61 = TLanes.Zero;
        TVector c70 = TLanes.Zero, c71 = TLanes.Zero;
        TVector c80 = TLanes.Zero, c81 = TLanes.Zero;
        TVector c90 = TLanes.Zero, c91 = TLanes.Zero;
        TVector c100 = TLanes.Zero, c101 = TLanes.Zero;
        TVector c110 = TLanes.Zero, c111 = TLanes.Zero;
        for (int k = tile.Depth; k > 0; k--)
        {
            TVector b0 = TLanes.Load(right);
            TVector b1 = TLanes.Load(right + TLanes.Count);
            right += 2 * TLanes.Count;
            Step(left, 0, b0, b1, ref c00, ref c01);
            if (TRows.Rows > 1)
                Step(left, 1, b0, b1, ref c10, ref c11);
            if (TRows.Rows > 2)
                Step(left, 2, b0, b1, ref c20, ref c21);
            if (TRows.Rows > 3)
                Step(left, 3, b0, b1, ref c30, ref c31);
            if (TRows.Rows > 4)
                Step(left, 4, b0, b1, ref c40, ref c41);
            if (TRows.Rows > 5)
                Step(left, 5, b0, b1, ref c50, ref c51);
            if (TRows.Rows > 6)
                Step(left, 6, b0, b1, ref c60, ref c61);
            if (TRows.Rows > 7)
                Step(left, 7, b0, b1, ref c70, ref c71);
            if (TRows.Rows > 8)
                Step(left, 8, b0, b1, ref c80, ref c81);
            if (TRows.Rows > 9)
                Step(left, 9, b0, b1, ref c90, ref c91);
            if (TRows.Rows > 10)
                Step(left, 10, b0, b1, ref c100, ref c101);
            if (TRows.Rows > 11)
                Step(left, 11, b0, b1, ref c110, ref c111);
            left += TRows.Rows;
        }

        Finish(tile, 0, c00, c01);
        if (TRows.Rows > 1)
            Finish(tile, 1, c10, c11);
        if (TRows.Rows > 2)
            Finish(tile, 2, c20, c21);
        if (TRows.Rows > 3)
            Finish(tile, 3, c30, c31);
        if (TRows.Rows > 4)
            Finish(tile, 4, c40, c41);
        if (TRows.Rows > 5)
            Finish(tile, 5, c50, c51);
        if (TRows.Rows > 6)
            Finish(tile, 6, c60, c61);
        if (TRows.Rows > 7)
            Finish(tile, 7, c70, c71);
        if (TRows.Rows > 8)
            Finish(tile, 8, c80, c81);
        if (TRows.Rows > 9)
            Finish(tile, 9, c90, c91);
        if (TRows.Rows > 10)
            Finish(tile, 10, c100, c101);
        if (TRows.Rows > 11)
            Finish(tile, 11, c110, c111);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(float* left, int row, TVector b0, TVector b1, ref TVector c0, ref TVector c1)
    {
        TVector a = TLanes.Broadcast(left[row]);
        c0 = TLanes.MultiplyAdd(a, b0, c0);
        c1 = TLanes.MultiplyAdd(a, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(in MicroTile tile, int row, TVector c0, TVector c1)
    {
        if (tile.Bias != null)
        {
            TVector bias = TLanes.Broadcast(tile.Bias[row]);
            c0 = TLanes.Add(c0, bias);
            c1 = TLanes.Add(c1, bias);
        }

        if (tile.Addend != null)
        {
            float* addend = tile.Addend + (row * tile.AddendStride);
            c0 = TLanes.Add(c0, TLanes.Load(addend));
            c1 = TLanes.Add(c1, TLanes.Load(addend + TLanes.Count));
        }

        if (tile.Clamp)
        {
            TVector low = TLanes.Broadcast(tile.Low), high = TLanes.Broadcast(tile.High);
            c0 = TLanes.SelectLess(c0, low, low, TLanes.SelectLess(high, c0, high, c0));
            c1 = TLanes.SelectLess(c1, low, low, TLanes.SelectLess(high, c1, high, c1));
        }

        float* destination = tile.Destination + (row * tile.DestinationStride);
        TLanes.Store(c0, destination);
        TLanes.Store(c1, destination + TLanes.Count);
    }
}
