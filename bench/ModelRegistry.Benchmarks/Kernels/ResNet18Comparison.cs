using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;

namespace ModelRegistry.Benchmarks.Kernels;

/// <summary>
/// Milliseconds of every ResNet-18 convolution, here and in libtorch, in one run: the fastest of many, which other
/// programs on the machine disturb least, each with its own weights warm.
/// </summary>
internal static class ResNet18Comparison
{
    public static int Run(int threads)
    {
        using var workers = new WorkSplitter(threads);
        Console.WriteLine($"micro-kernel alone, panels in the first-level cache: {MicroKernelBenchmarks.Peak():0} GFLOP/s");
        double[] ours = [.. ResNet18Shapes.All.Select(entry => Measure(entry.Shape, workers))];
        double[]? theirs = Torch(threads);
        Console.WriteLine($"{"convolution",-28} count {"ms",8} {"GFLOP/s",8} {"torch ms",9} {"ratio",6}   threads: {threads}");
        double sum = 0, torchSum = 0, work = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            (string name, int count, Conv2dShape shape) = ResNet18Shapes.All[i];
            double operations = 2.0 * shape.MultiplyAdds;
            Print(name, count, ours[i], operations, theirs?[i]);
            sum += count * ours[i];
            torchSum += count * (theirs?[i] ?? 0);
            work += count * operations;
        }

        Print("all 20", 1, sum, work, theirs is null ? null : torchSum);
        return 0;
    }

    private static void Print(string name, int count, double milliseconds, double operations, double? torch) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-28} {count,5} {milliseconds,8:0.000} {operations / milliseconds / 1e6,8:0.0} {torch,9:0.000} {milliseconds / torch,6:0.00}"));

    private static double Measure(Conv2dShape shape, WorkSplitter workers)
    {
        var random = new Random(1);
        float[] Fill(int length, float scale) => [.. Enumerable.Range(0, length).Select(_ => ((random.NextSingle() * 2) - 1) * scale)];
        float[] input = Fill(shape.InputLength, 1), output = new float[shape.OutputLength];
        using var convolution = new Conv2d(shape.Geometry, Fill(shape.Geometry.WeightLength, 0.05f), Fill(shape.Geometry.OutChannels, 1), Activation.Relu);
        var times = new List<double>();
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 2 / 5);
        while (times.Count < 10 || Stopwatch.GetTimestamp() < until)
        {
            long start = Stopwatch.GetTimestamp();
            convolution.Run(shape, input, [], output, workers);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Min();
    }

    private static double[]? Torch(int threads)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Kernels", "torch_convolutions.py");
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, UseShellExecute = false };
        if (File.Exists("/usr/bin/python3"))
            start.FileName = "/usr/bin/python3";
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(threads.ToString(CultureInfo.InvariantCulture));
        foreach ((_, _, Conv2dShape shape) in ResNet18Shapes.All)
        {
            Conv2dGeometry g = shape.Geometry;
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"{g.InChannels},{g.OutChannels},{g.KernelHeight},{g.StrideHeight},{shape.InHeight}"));
        }

        using Process process = Process.Start(start)!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 ? [.. lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))] : null;
    }
}
