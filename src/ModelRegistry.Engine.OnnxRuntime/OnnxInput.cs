using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ModelRegistry.Inference;
using ModelRegistry.Verification;

namespace ModelRegistry.Engine.OnnxRuntime;

/// <summary>An input of a model: a tensor, a sequence of tensors (<c>x.0</c>, <c>x.1</c>, …), or a map (<c>x.keys</c> and <c>x.values</c>).</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Kind">What ONNX Runtime takes.</param>
/// <param name="Parts">The tensors that it is made of; of a sequence, the first.</param>
internal sealed record OnnxInput(string Name, OnnxValueType Kind, ImmutableArray<EngineInput> Parts)
{
    /// <summary>Whether it takes as many tensors as are given.</summary>
    public bool IsSequence => Kind == OnnxValueType.ONNX_TYPE_SEQUENCE;

    /// <param name="name">Its name in the model.</param>
    /// <param name="metadata">What ONNX Runtime says of it.</param>
    /// <param name="rows">Rows of the table that it indexes; null where it indexes none.</param>
    /// <exception cref="InferenceException">MR0616: it is of another kind.</exception>
    public static OnnxInput Of(string name, NodeMetadata metadata, long? rows) => metadata.OnnxValueType switch
    {
        OnnxValueType.ONNX_TYPE_TENSOR => new(name, metadata.OnnxValueType, [Part(name, metadata, rows)]),
        OnnxValueType.ONNX_TYPE_OPTIONAL => Of(name, metadata.AsOptionalMetadata().ElementMeta, rows),
        OnnxValueType.ONNX_TYPE_SEQUENCE when metadata.AsSequenceMetadata().ElementMeta is { OnnxValueType: OnnxValueType.ONNX_TYPE_TENSOR } element => new(name, metadata.OnnxValueType, [Part($"{name}.0", element, null)]),
        OnnxValueType.ONNX_TYPE_MAP when metadata.AsMapMetadata() is { ValueMetadata.OnnxValueType: OnnxValueType.ONNX_TYPE_TENSOR } map =>
            new(name, metadata.OnnxValueType, [new EngineInput($"{name}.keys", ElementTypes.Of(map.KeyDataType), [-1]), new EngineInput($"{name}.values", ElementTypes.Of(map.ValueMetadata.ElementDataType), [-1])]),
        _ => throw new InferenceException("MR0616", $"input '{name}' is no tensor but {metadata.OnnxValueType}", hint: "export the model with tensors as inputs"),
    };

    /// <summary>The tensors that are called as this input's; none where one is missing.</summary>
    public IReadOnlyList<Weights.Tensor> Named(IReadOnlyList<Weights.Tensor> given)
    {
        if (!IsSequence) return Parts.All(part => given.Any(tensor => tensor.Name == part.Name)) ? [.. Parts.Select(part => given.First(tensor => tensor.Name == part.Name))] : [];
        return [.. given.Where(tensor => Index(tensor.Name) is not null).OrderBy(tensor => Index(tensor.Name))];
    }

    /// <summary>The value, which the caller disposes of.</summary>
    public OrtValue Value(IReadOnlyList<Weights.Tensor> tensors)
    {
        if (!IsSequence && Kind != OnnxValueType.ONNX_TYPE_MAP) return OnnxValues.Write(Parts[0], tensors[0]);
        List<OrtValue> members = [.. tensors.Select((tensor, i) => OnnxValues.Write(IsSequence ? Parts[0] : Parts[i], tensor))];
        if (IsSequence) return OrtValue.CreateSequence(members);
        var (keys, values) = (members[0], members[1]);
        return OrtValue.CreateMap(ref keys, ref values);
    }

    private int? Index(string name) =>
        name.Length > Name.Length + 1 && name.StartsWith($"{Name}.", StringComparison.Ordinal) && int.TryParse(name.AsSpan(Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static EngineInput Part(string name, NodeMetadata metadata, long? rows) =>
        new(name, ElementTypes.Of(metadata.ElementDataType), [.. metadata.Dimensions.Select(d => d < 1 ? -1L : d)], Limit: rows);
}
