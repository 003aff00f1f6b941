using System.Collections;
using ModelRegistry.Inference;
using ModelRegistry.Verification;
using ModelRegistry.Weights;
using Torch = TorchSharp.torch;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>A TorchScript archive. Its code runs, while it is loaded too, so it is loaded only where our scan has seen all of it and calls it safe.</summary>
internal sealed class ScriptSession : IEngineSession
{
    private readonly Torch.jit.ScriptModule _module;

    private ScriptSession(Torch.jit.ScriptModule module, IReadOnlyList<EngineInput> inputs)
    {
        _module = module;
        Inputs = inputs;
    }

    /// <summary>An archive does not say its shapes: what the manifest declares stands.</summary>
    public IReadOnlyList<EngineInput> Inputs { get; }

    public static ScriptSession Load(EngineRequest request)
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
            return new ScriptSession(module, request.Inputs);
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
            object[] given = [.. inputs.Select(TorchTensors.Of)];
            return [.. Flatten("output", _module.call(given)).Select((output, i) => TorchTensors.Back(i == 0 ? output.Name : $"{output.Name}{i + 1}", output.Value))];
        }
        catch (System.Runtime.InteropServices.ExternalException failure)
        {
            throw EngineRefusal.Of("libtorch cannot run the archive", failure);
        }
    }

    public void Dispose() => _module.Dispose();

    private static IEnumerable<(string Name, Torch.Tensor Value)> Flatten(string name, object? value) => value switch
    {
        Torch.Tensor tensor => [(name, tensor)],
        IDictionary dictionary => dictionary.Keys.Cast<object>().OrderBy(key => key.ToString(), StringComparer.Ordinal).SelectMany(key => Flatten(key.ToString() ?? name, dictionary[key])),
        System.Runtime.CompilerServices.ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flatten(name, tuple[i])),
        IEnumerable list => list.Cast<object?>().SelectMany(item => Flatten(name, item)),
        _ => throw new InferenceException("MR0616", $"the archive gives {value?.GetType().Name ?? "nothing"}, which is no tensor"),
    };
}
