using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Benchmarks.Kernels;

/// <summary>The inner loop of every product, without packing or memory traffic: the ceiling for everything built on it.</summary>
[ShortRunJob]
public unsafe class MicroKernelBenchmarks : IDisposable
{
    private const int Depth = 256;

    private readonly VectorKernels kernels = VectorKernels.Best;
    private readonly AlignedBuffer memory = new(1 << 16, clear: true);
    private MicroTile tile;

    public MicroKernelBenchmarks()
    {
        float* left = memory.Pointer, right = left + (12 * Depth);
        tile = new MicroTile
        {
            Left = left,
            Right = right,
            Depth = Depth,
            Destination = right + (kernels.PanelColumns * Depth),
            DestinationStride = kernels.PanelColumns,
        };
    }

    /// <summary>Floating-point operations of one call.</summary>
    private long Operations => 2L * kernels.Blocking.Tall * kernels.PanelColumns * Depth;

    [Benchmark]
    public void Multiply() => kernels.Multiply(tile, kernels.Blocking.Tall);

    /// <summary>GFLOP/s, the best of many short runs.</summary>
    public static double Peak()
    {
        using var benchmark = new MicroKernelBenchmarks();
        double best = 0;
        for (int run = 0; run < 400; run++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 200; i++)
                benchmark.Multiply();
            best = Math.Max(best, 200 * benchmark.Operations / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return best;
    }

    public void Dispose()
    {
        memory.Dispose();
        GC.SuppressFinalize(this);
    }
}
