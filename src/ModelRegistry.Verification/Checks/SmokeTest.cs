using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>Loads the weights, runs the network and compares with what was promised. Runs in the child process.</summary>
internal sealed class SmokeTest(VerificationRequest request, IVerificationEngine engine)
{
    private readonly List<CheckResult> _checks = [];
    private readonly SortedDictionary<string, double> _timings = new(StringComparer.Ordinal);
    private ImmutableArray<TopClass> _top = [];

    public VerificationReport Run()
    {
        var step = "architecture";
        try
        {
            var architecture = LoadArchitecture();
            Pass(step, architecture.Name);
            step = "strict-load";
            using var session = Timed("load", () => engine.Load(new EngineRequest(request.Weights, architecture, request.Threads, request.MemoryLimit)));
            Pass(step, "every key and shape is accounted for, and every value is finite");
            step = "run";
            var outputs = RunTwice(session);
            step = "labels";
            CheckLabels(outputs);
            step = "golden";
            CheckGolden(session);
            step = "input";
            Classify(session);
        }
        catch (StateDictException failure)
        {
            Fail(step, $"{failure.Code}: {Everything(failure.Difference)}");
        }
        catch (InferenceException failure)
        {
            Fail(step, $"{failure.Code}: {failure.Message}{(failure.Where is null ? "" : $" ({failure.Where})")}");
        }
        catch (WeightsFormatException failure)
        {
            Fail(step, $"{failure.Code}: {failure.Message}{(failure.Where is { Length: > 0 } where ? $" ({where})" : "")}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fail(step, $"MR0640: {failure.Message}");
        }

        return new VerificationReport
        {
            Engine = engine.Name,
            Checks = [.. _checks],
            Timings = _timings.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Top = _top,
        };
    }

    private Architecture LoadArchitecture()
    {
        if (request.ArchitectureFile is { } file) return Architecture.Parse(File.ReadAllText(file));
        if (request.Architecture is { } name) return Architecture.Get(name);
        throw new InferenceException("MR0602", "the manifest names no architecture and holds no architecture.json", hint: "register with --architecture, or with a file of the role architecture");
    }

    private IReadOnlyList<TensorValue> RunTwice(IEngineSession session)
    {
        var inputs = DeterministicInput.For(session.Inputs, request.InputShapes);
        var first = Timed("firstRun", () => session.Run(inputs));
        var second = Timed("secondRun", () => session.Run(inputs));
        Pass("run", $"{string.Join(", ", inputs.Select(i => i.ToString()))} gives {string.Join(", ", first.Select(o => o.ToString()))}");
        CheckShapes(first);
        Check("finite", first.All(o => o.IsFinite), "every output value is finite", "the output holds NaN or infinity");
        Check(
            "deterministic", first.Zip(second).All(pair => pair.First.Values.Span.SequenceEqual(pair.Second.Values.Span)),
            "two runs give the same bits", "two runs of the same input give different values");
        var milliseconds = _timings["secondRun"];
        var measured = string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms");
        Check("latency", request.MaxLatency is not { } limit || milliseconds <= limit, measured, string.Create(CultureInfo.InvariantCulture, $"{measured}; the limit is {request.MaxLatency:0.0} ms"));
        return first;
    }

    private void CheckShapes(IReadOnlyList<TensorValue> outputs)
    {
        if (request.OutputShapes.IsDefaultOrEmpty) return;
        var given = string.Join(", ", outputs.Select(o => Show(o.Shape)));
        var declared = string.Join(", ", request.OutputShapes.Select(s => Show(s)));
        var fits = outputs.Count == request.OutputShapes.Length
            && outputs.Zip(request.OutputShapes).All(pair => pair.First.Shape.Count == pair.Second.Length && pair.First.Shape.Zip(pair.Second).All(d => d.Second < 0 || d.First == d.Second));
        Check("output-shape", fits, $"{given} is as declared", $"{given}, but the manifest declares {declared}");
    }

    private void CheckLabels(IReadOnlyList<TensorValue> outputs)
    {
        if (request.Labels is null) return;
        var labels = File.ReadAllLines(request.Labels).Length;
        if (outputs is not [{ Shape: [_, var classes] }])
        {
            Fail("labels", $"{labels} labels, but the output {string.Join(", ", outputs.Select(o => Show(o.Shape)))} is no list of classes");
            return;
        }

        Check("labels", labels == classes, $"{labels} labels for {classes} classes", $"MR0618: {labels} labels for {classes} classes");
    }

    private void CheckGolden(IEngineSession session)
    {
        if (request.SampleInput is null || request.ExpectedOutput is null) return;
        var expected = TensorFiles.Read(request.ExpectedOutput);
        var actual = session.Run(TensorFiles.Read(request.SampleInput));
        _checks.Add(GoldenComparison.Compare(actual, expected, request.CosineTolerance, request.AbsoluteTolerance));
    }

    private void Classify(IEngineSession session)
    {
        if (request.Image is null && request.Input is null) return;
        var inputs = request.Image is { } image ? [ImageTensor.Prepare(image, request.Preprocessing, session.Inputs)] : TensorFiles.Read(request.Input!);
        var outputs = session.Run(inputs);
        var finite = outputs.All(o => o.IsFinite);
        Check("input", finite, $"{Path.GetFileName(request.Image ?? request.Input)} gives {string.Join(", ", outputs.Select(o => o.ToString()))}", "the output for the given input holds NaN or infinity");
        if (finite && outputs is [{ Shape: [1, _] } scores]) _top = TopClasses.Of(scores, request.Labels, request.Top);
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

    private static string Everything(StateDictDifference difference)
    {
        var parts = new List<string>();
        if (difference.Missing.Count > 0) parts.Add($"missing {string.Join(", ", difference.Missing)}");
        if (difference.Unexpected.Count > 0) parts.Add($"unexpected {string.Join(", ", difference.Unexpected)}");
        if (difference.Misshapen.Count > 0) parts.Add($"misshapen {string.Join(", ", difference.Misshapen)}");
        return Printed.OneLine(string.Join("; ", parts));
    }
}
