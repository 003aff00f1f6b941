using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>The 3×3 weights G g Gᵀ of F(4×4, 3×3), one matrix [outChannels, inChannels] per position of the 6×6 tile.</summary>
internal static class WinogradWeights
{
    public const int Positions = 36;

    private static readonly double[,] G =
    {
        { 1 / 4.0, 0, 0 },
        { -1 / 6.0, -1 / 6.0, -1 / 6.0 },
        { -1 / 6.0, 1 / 6.0, -1 / 6.0 },
        { 1 / 24.0, 1 / 12.0, 1 / 6.0 },
        { 1 / 24.0, -1 / 12.0, 1 / 6.0 },
        { 0, 0, 1 },
    };

    public static PackedMatrix[] Pack(int outChannels, int inChannels, ReadOnlySpan<float> weight, VectorKernels kernels)
    {
        int count = outChannels * inChannels;
        var matrices = new float[Positions * count];
        Span<double> half = stackalloc double[18];
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<float> g = weight.Slice(index * 9, 9);
            for (int i = 0; i < 6; i++)
                for (int x = 0; x < 3; x++)
                    half[(i * 3) + x] = (G[i, 0] * g[x]) + (G[i, 1] * g[3 + x]) + (G[i, 2] * g[6 + x]);
            for (int i = 0; i < 6; i++)
                for (int j = 0; j < 6; j++)
                    matrices[(((i * 6) + j) * count) + index] =
                        (float)((half[i * 3] * G[j, 0]) + (half[(i * 3) + 1] * G[j, 1]) + (half[(i * 3) + 2] * G[j, 2]));
        }

        var packed = new PackedMatrix[Positions];
        for (int position = 0; position < Positions; position++)
            packed[position] = new PackedMatrix(kernels, outChannels, inChannels, matrices.AsSpan(position * count, count), []);
        return packed;
    }
}
