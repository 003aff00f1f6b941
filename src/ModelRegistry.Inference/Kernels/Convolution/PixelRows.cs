using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>Short rows of pixels, copied or told apart for a stride of 2, without a call for each. Nothing beyond them is read or written.</summary>
internal static unsafe class PixelRows
{
    /// <summary>Of rows that do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* source, float* destination, int pixels)
    {
        // The last vector begins early rather than being short.
        int i = 0;
        if (pixels >= Vector256<float>.Count)
        {
            for (; i < pixels; i += Vector256<float>.Count)
                Vector256.Load(source + Math.Min(i, pixels - Vector256<float>.Count)).Store(destination + Math.Min(i, pixels - Vector256<float>.Count));
        }
        else if (pixels >= Vector128<float>.Count)
        {
            Vector128.Load(source).Store(destination);
            i = pixels - Vector128<float>.Count;
            Vector128.Load(source + i).Store(destination + i);
            return;
        }

        for (; i < pixels; i++)
            destination[i] = source[i];
    }

    /// <summary>first[i] = source[2 i], second[i] = source[2 i + 1]</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Separate(float* source, float* first, float* second, int pairs)
    {
        int i = 0;
        if (Avx2.IsSupported && pairs >= Vector256<float>.Count)
        {
            for (; i < pairs; i += Vector256<float>.Count)
                Eight(source, first, second, Math.Min(i, pairs - Vector256<float>.Count));
        }
        else if (pairs >= Vector128<float>.Count)
        {
            for (; i < pairs; i += Vector128<float>.Count)
                Four(source, first, second, Math.Min(i, pairs - Vector128<float>.Count));
        }

        for (; i < pairs; i++)
            (first[i], second[i]) = (source[2 * i], source[(2 * i) + 1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* source, float* first, float* second, int at)
    {
        Vector256<float> low = Vector256.Load(source + (2 * at)), high = Vector256.Load(source + (2 * at) + Vector256<float>.Count);

        // Within halves of the vectors first, then the halves' quarters into place.
        Vector256<double> even = Avx.Shuffle(low, high, 0b10_00_10_00).AsDouble(), odd = Avx.Shuffle(low, high, 0b11_01_11_01).AsDouble();
        Avx2.Permute4x64(even, 0b11_01_10_00).AsSingle().Store(first + at);
        Avx2.Permute4x64(odd, 0b11_01_10_00).AsSingle().Store(second + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* source, float* first, float* second, int at)
    {
        Vector128<float> low = Vector128.Load(source + (2 * at)), high = Vector128.Load(source + (2 * at) + Vector128<float>.Count);
        if (Sse.IsSupported)
        {
            Sse.Shuffle(low, high, 0b10_00_10_00).Store(first + at);
            Sse.Shuffle(low, high, 0b11_01_11_01).Store(second + at);
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            AdvSimd.Arm64.UnzipEven(low, high).Store(first + at);
            AdvSimd.Arm64.UnzipOdd(low, high).Store(second + at);
        }
        else
        {
            Vector128.Create(low[0], low[2], high[0], high[2]).Store(first + at);
            Vector128.Create(low[1], low[3], high[1], high[3]).Store(second + at);
        }
    }
}
