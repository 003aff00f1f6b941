using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ModelRegistry.Inference;
using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Threading;
using ModelRegistry.Inference.Operations;
using ModelRegistry.Inference.Planning;
using ModelRegistry.Inference.Weights;
using ModelRegistry.Weights;

namespace ModelRegistry.Benchmarks.Networks;

/// <summary>Where a forward pass spends its time: the shortest time of each kernel call over many passes, with its shapes, and the share of each kind of layer.</summary>
internal static class StepProfile
{
    private const int Passes = 60;

    public static int Run(string network, int threads, int size)
    {
        using var state = new TorchState(network);
        using var file = WeightsFile.Open(state.Path);
        var bound = Architecture.Get(network).Bind(new WeightsFileSource(file));
        using var layers = new LayerCache(bound.Graph, new CheckedWeights(bound.Weights));
        long[] shape = [1, 3, size, size];
        var plan = PlanBuilder.Build(bound.Graph, [shape], new TensorRequirements(bound.Weights), layers);
        using var workers = new WorkSplitter(threads);
        using var arena = new AlignedBuffer((int)plan.ArenaLength);
        var frame = new Frame(plan.Slots, arena, [ForwardComparison.Ramp(shape)], workers);
        var shortest = new double[plan.Steps.Count];
        Array.Fill(shortest, double.MaxValue);
        workers.BeginBurst();
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var step = 0; step < plan.Steps.Count; step++)
            {
                var start = Stopwatch.GetTimestamp();
                plan.Steps[step].Kernel(frame);
                shortest[step] = Math.Min(shortest[step], Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        workers.EndBurst();
        foreach (var (step, time) in plan.Steps.Zip(shortest))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time * 1000,8:0} µs  {step.Name}  reads {string.Join('+', step.Reads.Select(value => plan.Slots[value].Length))}  writes {plan.Slots[step.Writes].Length}"));
        foreach (var kind in plan.Steps.Zip(shortest).GroupBy(pair => KindOf(pair.First.Name)).OrderByDescending(kind => kind.Sum(pair => pair.Second)))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind.Sum(pair => pair.Second) / shortest.Sum(),8:P1}  {kind.Count()} × {kind.Key}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shortest.Sum() * 1000,8:0} µs  {network}, {plan.Steps.Count} kernel calls, {threads} thread(s), shortest of {Passes} passes each"));
        return 0;
    }

    // Layers that differ only in the numbers of their blocks: features.*.conv.0.0, features.denseblock*.denselayer*.conv1.
    private static string KindOf(string name)
    {
        var parts = name.Split('.');
        var last = Array.FindLastIndex(parts, part => part.Any(char.IsLetter));
        return string.Join('.', parts.Select((part, i) => i < last ? Regex.Replace(part, "[0-9]+", "*") : part));
    }
}
