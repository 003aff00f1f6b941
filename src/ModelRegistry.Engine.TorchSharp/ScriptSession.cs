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

    private ScriptSession(Torch.jit.ScriptModule module, ModelSignature? signature, IReadOnlyList<EngineInput> inputs)
    {
        _module = module;
        _signature = signature;
        Inputs = inputs;
    }

    /// <summary>An archive does not say its shapes: what the manifest declares stands.</summary>
    public IReadOnlyList<EngineInput> Inputs { get; }

    public static ScriptSession Load(EngineRequest request, ModelSignature? signature)
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
            var module = Torch.jit.load(request.WeightsPath);
            module.eval();
            return new ScriptSession(module, signature, request.Inputs);
        }
        catch (Exception failure) when (failure is System.Runtime.InteropServices.ExternalException or FormatException)
        {
            throw EngineRefusal.Of("libtorch refuses the archive", failure);
        }
    }

    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        if (_signature is { } signature && signature.Inputs.Length != inputs.Count)
        {
            throw new InferenceException(
                "MR0616", $"{inputs.Count} inputs are given, and the archive takes {signature.Inputs.Length}: {string.Join(", ", signature.Inputs.Select(i => $"{i.Name} ({i.Type})"))}",
                hint: "declare them with --input-shape, or register a sample-input");
        }

        if (_signature?.Outputs.FirstOrDefault(output => output.Type.StartsWith("Dict[", StringComparison.Ordinal)) is { } dictionary)
            throw new InferenceException("MR0616", $"the archive gives '{dictionary.Type}', which TorchSharp cannot hand over", hint: "export it with a tuple as output");
        using var mode = Torch.inference_mode();
        using var scope = Torch.NewDisposeScope();
        try
        {
            object[] given = [.. inputs.Select((input, i) => Given(input, _signature?.Inputs[i].Type))];
            return [.. Flatten("output", _module.call(given)).Select((output, i) => TorchTensors.Back(i == 0 ? output.Name : $"{output.Name}{i + 1}", output.Value))];
        }
        catch (Exception failure) when (failure is System.Runtime.InteropServices.ExternalException or NotImplementedException or InvalidOperationException or ArgumentException)
        {
            throw EngineRefusal.Of("libtorch cannot run the archive", failure);
        }
    }

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

    public void Dispose() => _module.Dispose();

    private static IEnumerable<(string Name, Torch.Tensor Value)> Flatten(string name, object? value) => value switch
    {
        Torch.Tensor tensor => [(name, tensor)],
        long number => [(name, Torch.tensor(number))],
        double number => [(name, Torch.tensor(number))],
        bool truth => [(name, Torch.tensor(truth))],
        Scalar number => [(name, number.Type == Torch.ScalarType.Int64 ? Torch.tensor(number.ToInt64()) : number.Type == Torch.ScalarType.Bool ? Torch.tensor(number.ToBoolean()) : Torch.tensor(number.ToDouble()))],
        System.Runtime.CompilerServices.ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flatten(name, tuple[i])),
        IEnumerable list => list.Cast<object?>().SelectMany(item => Flatten(name, item)),
        _ => throw new InferenceException("MR0616", $"the archive gives {value?.GetType().Name ?? "nothing"}, which is no tensor"),
    };
}
