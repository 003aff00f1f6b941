using System.Text.Json;
using ModelRegistry.Shared;
using ModelRegistry.Tool.Output;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Weights;

/// <summary>What <c>inspect</c> prints for scripts.</summary>
internal static class InspectionDocument
{
    public static void Inspection(this Utf8JsonWriter json, WeightsFile file)
    {
        json.WriteString("format", WeightsExaminer.FormatName(file.Format));
        json.Objects("tensors", file.Tensors, tensor =>
        {
            json.WriteString("name", tensor.Name);
            json.WriteString("dtype", tensor.DType.DisplayName());
            json.Shape(tensor);
            json.WriteNumber("bytes", tensor.ByteLength);
        });
        json.WriteNumber("parameters", file.ModuleTree.ParameterCount);
        json.Objects("layers", ModuleOrder.Of(file.ModuleTree), layer =>
        {
            json.WriteString("path", layer.Path);
            json.WriteString("type", layer.TypeName);
            json.WriteNumber("parameters", layer.ParameterCount);
            json.WriteNumber("buffers", layer.BufferCount);
            json.WriteNumber("tensors", layer.TensorCount);
            json.WriteNumber("bytes", layer.ByteLength);
        });
        json.WriteNumber("buffers", file.ModuleTree.BufferCount);
        json.WriteStartObject("bytesByDtype");
        foreach (var group in file.Tensors.GroupBy(t => t.DType)) json.WriteNumber(group.Key.DisplayName(), group.Aggregate(0L, (sum, t) => Saturating.Add(sum, t.ByteLength)));
        json.WriteEndObject();
        json.Objects("inputs", file.Signature?.Inputs ?? [], value => Value(json, value));
        json.Objects("outputs", file.Signature?.Outputs ?? [], value => Value(json, value));
        json.WriteStartObject("metadata");
        foreach (var (key, value) in file.Metadata) json.WriteString(key, value);
        json.WriteEndObject();
    }

    public static void Shape(this Utf8JsonWriter json, Tensor tensor)
    {
        json.WriteStartArray("shape");
        foreach (var length in tensor.Shape) json.WriteNumberValue(length);
        json.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter json, SignatureValue value)
    {
        json.WriteString("name", value.Name);
        json.WriteString("type", value.Type);
        json.WriteString("dtype", value.DType?.DisplayName());
        if (value.Shape.IsDefault)
        {
            json.WriteNull("shape");
            return;
        }

        json.WriteStartArray("shape");
        foreach (var length in value.Shape) json.WriteNumberValue(length);
        json.WriteEndArray();
    }
}
