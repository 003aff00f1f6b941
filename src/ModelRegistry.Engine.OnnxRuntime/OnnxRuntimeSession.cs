using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelRegistry.Inference;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Engine.OnnxRuntime;

/// <summary>A model in ONNX Runtime.</summary>
internal sealed class OnnxRuntimeSession : IEngineSession
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    public OnnxRuntimeSession(InferenceSession session, IReadOnlyDictionary<string, long> tables)
    {
        _session = session;
        Inputs = [.. session.InputNames.Select(name => Input(name, session.InputMetadata[name], tables.TryGetValue(name, out var rows) ? rows : null))];
    }

    public IReadOnlyList<EngineInput> Inputs { get; }

    public IReadOnlyList<Weights.Tensor> Run(IReadOnlyList<Weights.Tensor> inputs)
    {
        if (inputs.Count != Inputs.Count) throw new InferenceException("MR0616", $"{inputs.Count} inputs are given, and the model takes {Inputs.Count}: {string.Join(", ", Inputs.Select(i => i.Name))}");
        var values = new List<OrtValue>();
        try
        {
            foreach (var (input, tensor) in Inputs.Zip(InOrder(inputs))) values.Add(Value(input, tensor));
            using var outputs = _session.Run(_options, _session.InputNames, values, _session.OutputNames);
            return [.. outputs.Select((output, i) => Output(_session.OutputNames[i], output))];
        }
        catch (OnnxRuntimeException failure)
        {
            throw EngineRefusal.Of("ONNX Runtime cannot run the model", failure);
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

    // Named tensors go where their names say; others in their order.
    private IEnumerable<Weights.Tensor> InOrder(IReadOnlyList<Weights.Tensor> inputs) =>
        Inputs.All(i => inputs.Any(t => t.Name == i.Name)) ? Inputs.Select(i => inputs.First(t => t.Name == i.Name)) : inputs;

    private static EngineInput Input(string name, NodeMetadata metadata, long? rows) =>
        metadata.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR
            ? new EngineInput(name, ElementTypes.Of(metadata.ElementDataType), [.. metadata.Dimensions.Select(d => d < 1 ? -1L : d)], Limit: rows)
            : throw new InferenceException("MR0616", $"input '{name}' is no tensor but {metadata.OnnxValueType}", hint: "export the model with tensors as inputs");

    private static OrtValue Value(EngineInput input, Weights.Tensor tensor)
    {
        if (tensor.DType != input.DType) throw new InferenceException("MR0616", $"input '{input.Name}' is {input.DType.DisplayName()}, not {tensor.DType.DisplayName()}", hint: "give an array of that type");
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, ElementTypes.Of(tensor.DType), [.. tensor.Shape]);
        tensor.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Weights.Tensor Output(string name, OrtValue value)
    {
        if (!value.IsTensor) throw new InferenceException("MR0616", $"output '{name}' is no tensor", hint: "export the model without ZipMap, with tensors as outputs");
        var type = value.GetTensorTypeAndShape();
        return Weights.Tensor.FromBytes(name, ElementTypes.Of(type.ElementDataType), type.Shape, value.GetTensorMutableRawData().ToArray());
    }
}

/// <summary>Element types in both vocabularies.</summary>
internal static class ElementTypes
{
    private static readonly (DType Ours, TensorElementType Theirs)[] Pairs =
    [
        (DType.Float32, TensorElementType.Float), (DType.Float64, TensorElementType.Double), (DType.Float16, TensorElementType.Float16), (DType.BFloat16, TensorElementType.BFloat16),
        (DType.Int64, TensorElementType.Int64), (DType.Int32, TensorElementType.Int32), (DType.Int16, TensorElementType.Int16), (DType.Int8, TensorElementType.Int8),
        (DType.UInt64, TensorElementType.UInt64), (DType.UInt32, TensorElementType.UInt32), (DType.UInt16, TensorElementType.UInt16), (DType.UInt8, TensorElementType.UInt8),
        (DType.Bool, TensorElementType.Bool),
    ];

    public static DType Of(TensorElementType theirs) =>
        Array.Find(Pairs, p => p.Theirs == theirs) is var pair && pair != default ? pair.Ours : throw new InferenceException("MR0616", $"element type {theirs} is not read here");

    public static TensorElementType Of(DType ours) =>
        Array.Find(Pairs, p => p.Ours == ours) is var pair && pair != default ? pair.Theirs : throw new InferenceException("MR0616", $"element type {ours.DisplayName()} is not known to ONNX Runtime");
}
