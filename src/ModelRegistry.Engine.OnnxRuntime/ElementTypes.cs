using Microsoft.ML.OnnxRuntime.Tensors;
using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Engine.OnnxRuntime;

/// <summary>Element types in both vocabularies.</summary>
internal static class ElementTypes
{
    private static readonly (DType Ours, TensorElementType Theirs)[] Pairs =
    [
        (DType.Float32, TensorElementType.Float), (DType.Float64, TensorElementType.Double), (DType.Float16, TensorElementType.Float16), (DType.BFloat16, TensorElementType.BFloat16),
        (DType.Int64, TensorElementType.Int64), (DType.Int32, TensorElementType.Int32), (DType.Int16, TensorElementType.Int16), (DType.Int8, TensorElementType.Int8),
        (DType.UInt64, TensorElementType.UInt64), (DType.UInt32, TensorElementType.UInt32), (DType.UInt16, TensorElementType.UInt16), (DType.UInt8, TensorElementType.UInt8),
        (DType.Bool, TensorElementType.Bool), (DType.String, TensorElementType.String),
    ];

    public static DType Of(TensorElementType theirs) =>
        Array.Find(Pairs, p => p.Theirs == theirs) is var pair && pair != default ? pair.Ours : throw new InferenceException("MR0616", $"element type {theirs} is not read here");

    public static TensorElementType Of(DType ours) =>
        Array.Find(Pairs, p => p.Ours == ours) is var pair && pair != default ? pair.Theirs : throw new InferenceException("MR0616", $"element type {ours.DisplayName()} is not known to ONNX Runtime");
}
