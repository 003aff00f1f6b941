using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Benchmarks.Networks;

/// <summary>A whole ResNet-18 at 224×224, batch 1, beside libtorch in the same run, the two in turn.</summary>
internal static class ForwardComparison
{
    private const int Rounds = 5;

    public static int Run()
    {
        var path = Path.Combine(Path.GetTempPath(), $"modelreg-resnet18-{Environment.ProcessId}.pth");
        try
        {
            Torch(path, 1, "write");
            foreach (var threads in new[] { 1, 2 })
            {
                var pairs = Enumerable.Range(0, Rounds).Select(_ => (Ours: Ours(path, threads), Torch: Torch(path, threads))).ToList();
                var ours = Median(pairs.Select(p => p.Ours));
                var torch = Median(pairs.Select(p => p.Torch));
                var ratio = Median(pairs.Select(p => p.Ours / p.Torch));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| ResNet-18 224×224, {threads} thread{(threads == 1 ? "" : "s")} | {ours:0.0} ms | {torch:0.0} ms | {ratio:0.00} |"));
            }

            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double Ours(string path, int threads)
    {
        using var weights = WeightsFile.Open(path);
        using var model = CompiledModel.Load(weights, Architecture.Get("resnet18"), new InferenceOptions { Threads = threads });
        var input = new TensorValue([1, 3, 224, 224], Enumerable.Range(0, 3 * 224 * 224).Select(i => -1f + (2f * i / ((3 * 224 * 224) - 1))).ToArray());
        var times = new List<double>();
        for (var run = 0; run < 25; run++)
        {
            var start = Stopwatch.GetTimestamp();
            model.Run(input);
            if (run >= 5) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Median(times);
    }

    private static double Torch(string path, int threads, params string[] more)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Networks", "torch_forward.py");
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        using var process = Process.Start(new ProcessStartInfo(python, [script, path, threads.ToString(CultureInfo.InvariantCulture), .. more]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("python3 with torch and torchvision is needed");
        return output.Length == 0 ? 0 : double.Parse(output.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
