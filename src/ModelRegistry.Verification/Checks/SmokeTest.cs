using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Inference;
using ModelRegistry.Verification.Engines;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>Loads the weights, runs the network and compares with what was promised. Runs in the child process.</summary>
internal sealed class SmokeTest(VerificationRequest request, IVerificationEngine engine)
{
    // An answer of a program may not be larger than 64 MiB, and bytes are base64 there.
    private const long MostOutputs = 32L << 20;

    private readonly List<CheckResult> _checks = [];
    private readonly SortedDictionary<string, double> _timings = new(StringComparer.Ordinal);
    private ImmutableArray<TopClass> _top = [];
    private ImmutableArray<TensorData> _outputs = [];

    public VerificationReport Run()
    {
        var step = "architecture";
        try
        {
            var architecture = LoadedNetwork.ReadArchitecture(request);
            if (architecture is not null) Pass(step, architecture.Name);
            step = "strict-load";
            using var network = Timed("load", () => LoadedNetwork.Load(request, engine, architecture));
            Pass(step, string.Join("; info: ", ["every key and shape is accounted for, and every value is finite", .. network.Notes]));
            if (SignatureCheck.Of(request, network.Found) is { } signature) _checks.Add(signature);
            step = "run";
            var outputs = RunTwice(network);
            step = "labels";
            CheckLabels(outputs);
            step = "golden";
            CheckGolden(network);
            step = "input";
            Classify(network);
        }
        catch (Exception failure) when (CheckFailure.Of(failure) is { } known)
        {
            // An ONNX file lacks no architecture: it is at the wrong engine.
            if (known.Code == "MR0602" && request.Format == "onnx") Fail("strict-load", $"{EngineRefusal.Code}: the engine {engine.Name} does not run ONNX; verify it with --engine onnxruntime");
            else Fail(known.Code == "MR0602" ? "architecture" : step, $"{known.Code}: {known.Message}{(known.Hint is { Length: > 0 } hint ? $"; {hint}" : "")}");
        }

        return new VerificationReport
        {
            Engine = engine.Name,
            EngineVersion = engine.Version,
            Checks = [.. _checks],
            Timings = _timings.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Top = _top,
            Outputs = _outputs,
        };
    }

    private List<Tensor> RunTwice(LoadedNetwork network)
    {
        // The model's own sample is an input that it understands; a pattern is only the next best.
        var inputs = request.SampleInput is { } sample ? TensorFiles.Read(sample) : DeterministicInput.For(network.Inputs);
        var first = Timed("firstRun", () => network.Run(inputs)).Select(Kept).ToList();
        var second = Timed("secondRun", () => network.Run(inputs));
        Pass("run", $"{string.Join(", ", inputs.Select(TensorValues.Show))} gives {string.Join(", ", first.Select(TensorValues.Show))}");
        if (request.WithOutputs && first.Sum(output => output.ByteLength) <= MostOutputs)
            _outputs = [.. first.Select(output => new TensorData(output.Name, output.DType.DisplayName(), [.. output.Shape], output.Bytes.ToArray()))];
        CheckShapes(first);
        Check("finite", first.All(TensorValues.IsFinite), "every output value is finite", "the output holds NaN or infinity");
        Check(
            "deterministic", first.Zip(second).All(pair => pair.First.Bytes.SequenceEqual(pair.Second.Bytes)),
            "two runs give the same bits", "two runs of the same input give different values");
        var milliseconds = _timings["secondRun"];
        var measured = string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms");
        Check("latency", request.MaxLatency is not { } limit || milliseconds <= limit, measured, string.Create(CultureInfo.InvariantCulture, $"{measured}; the limit is {request.MaxLatency:0.0} ms"));
        return first;
    }

    private void CheckShapes(List<Tensor> outputs)
    {
        if (request.Outputs.IsDefaultOrEmpty) return;
        var given = string.Join(", ", outputs.Select(o => Show(o.Shape)));
        var declared = string.Join(", ", request.Outputs.Select(s => Show(s.Shape)));
        var fits = outputs.Count == request.Outputs.Length
            && outputs.Zip(request.Outputs).All(pair => Fits(pair.Second.Dtype == "string" && !pair.First.Shape.IsEmpty ? pair.First.Shape[..^1] : pair.First.Shape, pair.Second.Shape));
        Check("output-shape", fits, $"{given} is as declared", $"{given}, but the manifest declares {declared}");
    }

    // The bytes of a text lie along one more dimension.
    private static bool Fits(ImmutableArray<long> given, ImmutableArray<long> declared) => given.Length == declared.Length && given.Zip(declared).All(d => d.Second < 0 || d.First == d.Second);

    private void CheckLabels(List<Tensor> outputs)
    {
        if (request.Labels is null) return;
        var labels = LabelLines.Read(request.Labels).Length;
        if (outputs is not [{ Shape: [_, var classes] }])
        {
            Fail("labels", $"{labels} labels, but the output {string.Join(", ", outputs.Select(o => Show(o.Shape)))} is no list of classes");
            return;
        }

        Check("labels", labels == classes, $"{labels} labels for {classes} classes", $"MR0618: {labels} labels for {classes} classes");
    }

    private void CheckGolden(LoadedNetwork network)
    {
        if (request.SampleInput is null || request.ExpectedOutput is null) return;
        var expected = TensorFiles.Read(request.ExpectedOutput);
        var actual = network.Run(TensorFiles.Read(request.SampleInput));
        _checks.Add(GoldenComparison.Compare(actual, expected, request.CosineTolerance, request.AbsoluteTolerance));
    }

    private void Classify(LoadedNetwork network)
    {
        if (request.Image is null && request.Input is null) return;
        var inputs = request.Image is { } image ? [network.Prepare(ImageInput.Load(image))] : TensorFiles.Read(request.Input!);
        var outputs = network.Run(inputs);
        Check("input", outputs.All(TensorValues.IsFinite), $"{Path.GetFileName(request.Image ?? request.Input)} gives {string.Join(", ", outputs.Select(TensorValues.Show))}", "the output for the given input holds NaN or infinity");
        _top = network.Top(outputs, request.Top);
    }

    // An engine may reuse the memory of its outputs in the next run.
    private static Tensor Kept(Tensor tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        tensor.CopyTo(bytes);
        return Tensor.FromBytes(tensor.Name, tensor.DType, tensor.Shape.AsSpan(), bytes);
    }

    private T Timed<T>(string name, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        var result = work();
        _timings[name] = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
        return result;
    }

    private void Check(string name, bool passed, string seen, string failed) => _checks.Add(new CheckResult(name, passed, passed ? seen : failed));

    private void Pass(string name, string detail) => _checks.Add(new CheckResult(name, true, detail));

    private void Fail(string name, string detail) => _checks.Add(new CheckResult(name, false, detail));

    private static string Show(IEnumerable<long> shape) => $"[{string.Join(", ", shape.Select(d => d < 0 ? "?" : d.ToString(CultureInfo.InvariantCulture)))}]";
}
