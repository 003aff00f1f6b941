using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Benchmarks.Networks;

/// <summary>Whole networks at 224×224, batch 1, beside libtorch in the same run, the two in turn.</summary>
internal static class ForwardComparison
{
    private const int Rounds = 5;

    public static int Run(string[] networks)
    {
        if (networks.Length == 0) networks = ["resnet18", "mobilenet_v2", "densenet121"];
        foreach (var network in networks)
        {
            using var state = new TorchState(network);
            foreach (var threads in new[] { 1, 2 })
            {
                var pairs = Enumerable.Range(0, Rounds).Select(_ => (Ours: Ours(network, state.Path, threads), Torch: state.Forward(threads))).ToList();
                var ours = Median(pairs.Select(p => p.Ours.Median));
                var torch = Median(pairs.Select(p => p.Torch.Median));
                var ratio = Median(pairs.Select(p => p.Ours.Median / p.Torch.Median));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {network} 224×224, {threads} thread{(threads == 1 ? "" : "s")} | {ours:0.0} ms | {torch:0.0} ms | {ratio:0.00} | shortest {pairs.Min(p => p.Ours.Shortest):0.0} and {pairs.Min(p => p.Torch.Shortest):0.0} ms |"));
            }
        }

        return 0;
    }

    /// <summary>An input whose values go up evenly from -1 to 1.</summary>
    internal static TensorValue Ramp(long[] shape)
    {
        var length = (int)shape.Aggregate(1L, (product, size) => product * size);
        return new TensorValue(shape, Enumerable.Range(0, length).Select(i => -1f + (2f * i / (length - 1))).ToArray());
    }

    private static (double Median, double Shortest) Ours(string network, string path, int threads)
    {
        using var weights = WeightsFile.Open(path);
        using var model = CompiledModel.Load(weights, Architecture.Get(network), new InferenceOptions { Threads = threads });
        var input = Ramp([1, 3, 224, 224]);
        var times = new List<double>();
        for (var run = 0; run < 25; run++)
        {
            var start = Stopwatch.GetTimestamp();
            model.Run(input);
            if (run >= 5) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return (Median(times), times.Min());
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
