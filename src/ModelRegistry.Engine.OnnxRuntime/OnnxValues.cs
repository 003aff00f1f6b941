using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelRegistry.Inference;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Engine.OnnxRuntime;

/// <summary>
/// Values of ONNX Runtime as tensors: of a sequence each element (<c>y.0</c>, <c>y.1</c>, …), of a map its keys and values (<c>y.keys</c>, <c>y.values</c>).
/// Texts are their bytes in UTF-8 along one more dimension, filled up with zeros.
/// </summary>
internal static class OnnxValues
{
    public static IEnumerable<Weights.Tensor> Read(string name, OrtValue value)
    {
        switch (value.OnnxType)
        {
            case OnnxValueType.ONNX_TYPE_TENSOR:
                return [ReadTensor(name, value)];
            case OnnxValueType.ONNX_TYPE_SEQUENCE:
                return Enumerable.Range(0, value.GetValueCount()).SelectMany(i => Part($"{name}.{i}", i)).ToList();
            case OnnxValueType.ONNX_TYPE_MAP:
                return [.. Part($"{name}.keys", 0), .. Part($"{name}.values", 1)];
            default:
                throw new InferenceException("MR0616", $"output '{name}' is {value.OnnxType}, which is not read here", hint: "export the model with tensors as outputs");
        }

        List<Weights.Tensor> Part(string called, int index)
        {
            using var part = value.GetValue(index, OrtAllocator.DefaultInstance);
            return [.. Read(called, part)];
        }
    }

    public static OrtValue Write(EngineInput input, Weights.Tensor tensor)
    {
        if (input.DType == DType.String && tensor is { DType: DType.UInt8, Shape.Length: > 0 }) return WriteTexts(tensor);
        if (tensor.DType != input.DType) throw new InferenceException("MR0616", $"input '{input.Name}' is {input.DType.DisplayName()}, not {tensor.DType.DisplayName()}", hint: input.DType == DType.String ? "give the bytes of the texts as uint8, along one more dimension" : "give an array of that type");
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, ElementTypes.Of(tensor.DType), [.. tensor.Shape]);
        tensor.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Weights.Tensor ReadTensor(string name, OrtValue value)
    {
        var type = value.GetTensorTypeAndShape();
        if (type.ElementDataType != TensorElementType.String) return Weights.Tensor.FromBytes(name, ElementTypes.Of(type.ElementDataType), type.Shape, value.GetTensorMutableRawData().ToArray());
        var texts = value.GetStringTensorAsArray().Select(text => Encoding.UTF8.GetBytes(text)).ToList();
        var width = Math.Max(1, texts.Select(text => text.Length).DefaultIfEmpty().Max());
        var bytes = new byte[checked(texts.Count * width)];
        for (var i = 0; i < texts.Count; i++) texts[i].CopyTo(bytes, i * width);
        return Weights.Tensor.FromBytes(name, DType.UInt8, [.. type.Shape, width], bytes);
    }

    private static OrtValue WriteTexts(Weights.Tensor tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        tensor.CopyTo(bytes);
        var (shape, width) = (tensor.Shape[..^1], (int)tensor.Shape[^1]);
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [.. shape]);
        for (var i = 0; width > 0 && i < bytes.Length / width; i++) value.StringTensorSetElementAt(Encoding.UTF8.GetString(bytes, i * width, width).TrimEnd('\0').AsSpan(), i);
        return value;
    }
}
