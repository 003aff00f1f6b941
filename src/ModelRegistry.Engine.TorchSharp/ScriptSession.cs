using System.Collections;
using ModelRegistry.Inference;
using ModelRegistry.Verification;
using ModelRegistry.Weights;
using TorchSharp;
using Torch = TorchSharp.torch;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>A TorchScript archive. Its code runs, while it is loaded too, so it is loaded only where our scan has seen all of it and calls it safe.</summary>
internal sealed class ScriptSession : IEngineSession
{
    private readonly Torch.jit.ScriptModule _module;
    private readonly ModelSignature? _signature;
    private readonly AdaptedArchive? _adapted;

    private ScriptSession(Torch.jit.ScriptModule module, ModelSignature? signature, AdaptedArchive? adapted, IReadOnlyList<EngineInput> inputs)
    {
        _module = module;
        _signature = signature;
        _adapted = adapted;
        Inputs = inputs;
    }

    /// <summary>An archive does not say its shapes: what the manifest declares stands.</summary>
    public IReadOnlyList<EngineInput> Inputs { get; }

    /// <summary>Loads an archive; its file is closed where that succeeds.</summary>
    public static ScriptSession Load(EngineRequest request, WeightsFile file)
    {
        var report = WeightsScanner.Scan(request.WeightsPath);
        if (report.Verdict != ScanVerdict.Safe)
        {
            throw new InferenceException(
                EngineRefusal.Code, $"the archive is not loaded, because its scan calls it {WeightsExaminer.VerdictName(report.Verdict)}: {string.Join("; ", report.Findings.Take(3).Select(f => f.What))}",
                hint: "'modelreg scan' lists everything that was found");
        }

        try
        {
            var adapted = AdaptedArchive.Of(request.WeightsPath, file);
            var module = adapted is null ? Torch.jit.load(request.WeightsPath) : Torch.jit.load(adapted.Content);
            module.eval();
            file.Dispose();
            return new ScriptSession(module, file.Signature, adapted is null ? null : adapted with { Content = [] }, request.Inputs);
        }
        catch (Exception failure) when (failure is System.Runtime.InteropServices.ExternalException or FormatException)
        {
            throw EngineRefusal.Of("libtorch refuses the archive", failure);
        }
    }

    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        using var mode = Torch.inference_mode();
        using var scope = Torch.NewDisposeScope();
        try
        {
            var outputs = _adapted is null ? RunPlain(inputs) : RunAdapted(_adapted, inputs);
            return outputs.Count > 0 ? outputs : throw new InferenceException("MR0616", "the archive gives nothing", hint: "export it with a tensor as output");
        }
        catch (Exception failure) when (failure is System.Runtime.InteropServices.ExternalException or NotImplementedException or InvalidOperationException or ArgumentException)
        {
            throw EngineRefusal.Of("libtorch cannot run the archive", Cause(failure));
        }
    }

    public void Dispose() => _module.Dispose();

    private List<Tensor> RunPlain(IReadOnlyList<Tensor> inputs)
    {
        if (_signature is { } signature && (inputs.Count > signature.Inputs.Length || inputs.Count < signature.Inputs.Count(i => !i.HasDefault))) throw WrongCount(inputs.Count);
        object[] given = [.. InOrder(inputs).Select((input, i) => Given(input, _signature?.Inputs[i].Type))];
        return [.. Flatten(_module.call(given)).Select((output, i) => TorchTensors.Back(Name(i), output))];
    }

    // The adapter gives a name and a value in turn; without a name, values are told apart by their order.
    private List<Tensor> RunAdapted(AdaptedArchive adapted, IReadOnlyList<Tensor> inputs)
    {
        var count = adapted.CountFor(inputs.Count) ?? throw WrongCount(inputs.Count);
        var ordered = InOrder(inputs).ToList();
        var given = ordered.Select(TorchTensors.Of).ToArray();
        var names = ordered.Select(input => Torch.tensor(input.Name.Select(letter => (long)letter).ToArray())).ToArray();
        var pairs = Flatten(_module.invoke(ScriptAdapter.Method(count), given, names)).Chunk(2);
        return [.. pairs.Select((pair, i) => TorchTensors.Back(pair[0].numel() == 0 ? Name(i) : string.Concat(pair[0].data<long>().Select(letter => (char)letter)).TrimEnd('.'), pair[1]))];
    }

    private static string Name(int index) => index == 0 ? "output" : $"output{index + 1}";

    // Named tensors go where their names say; others in their order.
    private IEnumerable<Tensor> InOrder(IReadOnlyList<Tensor> inputs)
    {
        var names = _signature?.Inputs.Take(inputs.Count).Select(input => input.Name).ToList();
        return names is not null && names.All(name => inputs.Any(input => input.Name == name)) ? names.Select(name => inputs.First(input => input.Name == name)) : inputs;
    }

    // Of a failure inside the archive's code, libtorch tells the way first and what happened last.
    private static Exception Cause(Exception failure)
    {
        const string Interpreted = "The following operation failed in the TorchScript interpreter.";
        var last = failure.Message.StartsWith(Interpreted, StringComparison.Ordinal) ? failure.Message.Split('\n').LastOrDefault(line => line.Contains("Error: ", StringComparison.Ordinal)) : null;
        return last is null ? failure : new InvalidOperationException(last, failure);
    }

    private InferenceException WrongCount(int count) => new(
        "MR0616", $"{count} inputs are given, and the archive takes {_signature!.Inputs.Length}: {string.Join(", ", _signature.Inputs.Select(i => $"{i.Name} ({i.Type})"))}",
        hint: "declare them with --input-shape, or register a sample-input");

    // A number comes as a tensor with one element; code that takes a number takes no tensor.
    private static object Given(Tensor input, string? type)
    {
        var tensor = TorchTensors.Of(input);
        return type switch
        {
            // Each as an object: a tensor is what numbers turn into by themselves.
            "int" or "Optional[int]" => (object)tensor.to(Torch.ScalarType.Int64).item<long>(),
            "float" or "Optional[float]" => (object)tensor.to(Torch.ScalarType.Float64).item<double>(),
            "bool" or "Optional[bool]" => (object)tensor.to(Torch.ScalarType.Bool).item<bool>(),
            null or "Tensor" or "Optional[Tensor]" => tensor,
            _ => throw new InferenceException("MR0616", $"the archive takes '{type}', and inputs are tensors and numbers", hint: "export it with tensors as inputs"),
        };
    }

    private static IEnumerable<Torch.Tensor> Flatten(object? value) => value switch
    {
        Torch.Tensor tensor => [tensor],
        long number => [Torch.tensor(number)],
        double number => [Torch.tensor(number)],
        bool truth => [Torch.tensor(truth)],
        Scalar number => [number.Type == Torch.ScalarType.Int64 ? Torch.tensor(number.ToInt64()) : number.Type == Torch.ScalarType.Bool ? Torch.tensor(number.ToBoolean()) : Torch.tensor(number.ToDouble())],
        System.Runtime.CompilerServices.ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flatten(tuple[i])),
        IEnumerable list => list.Cast<object?>().SelectMany(Flatten),
        _ => throw new InferenceException("MR0616", $"the archive gives {value?.GetType().Name ?? "nothing"}, which is no tensor"),
    };
}
