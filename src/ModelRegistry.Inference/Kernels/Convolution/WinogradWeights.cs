using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>The 3×3 weights G g Gᵀ of F(4×4, 3×3), one matrix [outChannels, inChannels] per position of the 6×6 tile.</summary>
internal static class WinogradWeights
{
    public const int Positions = 36;

    public static PackedMatrix[] Pack(int outChannels, int inChannels, ReadOnlySpan<float> weight, VectorKernels kernels)
    {
        int count = outChannels * inChannels;
        var matrices = new float[Positions * count];
        Transform(weight, count, matrices);
        var packed = new PackedMatrix[Positions];
        for (int position = 0; position < Positions; position++)
            packed[position] = new PackedMatrix(kernels, outChannels, inChannels, matrices.AsSpan(position * count, count), []);
        return packed;
    }

    // On the way to a first inference, so it must be fast before the JIT has seen it twice.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transform(ReadOnlySpan<float> weight, int count, Span<float> matrices)
    {
        Span<double> half = stackalloc double[18];
        Span<double> row = stackalloc double[6];
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<float> g = weight.Slice(index * 9, 9);
            for (int x = 0; x < 3; x++)
            {
                Multiply(g[x], g[3 + x], g[6 + x], row);
                for (int i = 0; i < 6; i++)
                    half[(i * 3) + x] = row[i];
            }

            for (int i = 0; i < 6; i++)
            {
                Multiply(half[i * 3], half[(i * 3) + 1], half[(i * 3) + 2], row);
                for (int j = 0; j < 6; j++)
                    matrices[(((i * 6) + j) * count) + index] = (float)row[j];
            }
        }
    }

    // G of F(4, 3):  ¼ 0 0 | −⅙ −⅙ −⅙ | −⅙ ⅙ −⅙ | 1/24 1/12 ⅙ | 1/24 −1/12 ⅙ | 0 0 1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(double a, double b, double c, Span<double> result)
    {
        double outer = (a + c) * (-1 / 6.0), middle = b * (1 / 6.0), slanted = (a * (1 / 24.0)) + (c * (1 / 6.0)), half = b * (1 / 12.0);
        result[0] = a * 0.25;
        result[1] = outer - middle;
        result[2] = outer + middle;
        result[3] = slanted + half;
        result[4] = slanted - half;
        result[5] = c;
    }
}
