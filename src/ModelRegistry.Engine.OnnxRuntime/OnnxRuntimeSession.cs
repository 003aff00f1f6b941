using Microsoft.ML.OnnxRuntime;
using ModelRegistry.Inference;
using ModelRegistry.Verification;

namespace ModelRegistry.Engine.OnnxRuntime;

/// <summary>A model in ONNX Runtime.</summary>
internal sealed class OnnxRuntimeSession : IEngineSession
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly IReadOnlyList<OnnxInput> _inputs;

    public OnnxRuntimeSession(InferenceSession session, IReadOnlyDictionary<string, long> tables)
    {
        _session = session;
        _inputs = [.. session.InputNames.Select(name => OnnxInput.Of(name, session.InputMetadata[name], tables.TryGetValue(name, out var rows) ? rows : null))];
        Inputs = [.. _inputs.SelectMany(input => input.Parts)];
    }

    public IReadOnlyList<EngineInput> Inputs { get; }

    public IReadOnlyList<Weights.Tensor> Run(IReadOnlyList<Weights.Tensor> inputs)
    {
        var values = new List<OrtValue>();
        try
        {
            foreach (var (input, tensors) in Distribute(inputs)) values.Add(input.Value(tensors));
            using var outputs = _session.Run(_options, _session.InputNames, values, _session.OutputNames);
            return [.. outputs.SelectMany((output, i) => OnnxValues.Read(_session.OutputNames[i], output))];
        }
        catch (OnnxRuntimeException failure)
        {
            throw OnnxRefusal.Of("ONNX Runtime cannot run the model", failure);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    // Named tensors go where their names say; others in their order, a sequence taking what the others leave.
    private List<(OnnxInput Input, IReadOnlyList<Weights.Tensor> Tensors)> Distribute(IReadOnlyList<Weights.Tensor> inputs)
    {
        var named = _inputs.Select(input => (Input: input, Tensors: input.Named(inputs))).ToList();
        if (named.All(pair => pair.Tensors.Count > 0)) return named;
        var fixedCount = _inputs.Sum(input => input.IsSequence ? 0 : input.Parts.Length);
        var sequences = _inputs.Count(input => input.IsSequence);
        if (sequences > 1 || inputs.Count < fixedCount || (sequences == 0 && inputs.Count > fixedCount))
            throw new InferenceException("MR0616", $"{inputs.Count} inputs are given, and the model takes {Inputs.Count}: {string.Join(", ", Inputs.Select(i => i.Name))}");
        var at = 0;
        return [.. _inputs.Select(input => (input, (IReadOnlyList<Weights.Tensor>)[.. Take(input)]))];

        IEnumerable<Weights.Tensor> Take(OnnxInput input)
        {
            var start = at;
            at += input.IsSequence ? inputs.Count - fixedCount : input.Parts.Length;
            return inputs.Skip(start).Take(at - start);
        }
    }
}
