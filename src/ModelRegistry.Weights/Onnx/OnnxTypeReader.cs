using System.Collections.Immutable;

namespace ModelRegistry.Weights.Onnx;

/// <summary>Reads <c>ValueInfoProto</c>, <c>TypeProto</c> and <c>TensorShapeProto</c>.</summary>
internal static class OnnxTypeReader
{
    /// <summary>Types nest through sequences, maps and optionals; genuine ones two or three deep.</summary>
    private const int MaxTypeDepth = 16;

    public static OnnxValue ReadValue(ProtobufReader reader, int maxStringBytes)
    {
        var value = new OnnxValue("", "", null, default);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    value = value with { Name = reader.String(maxStringBytes) };
                    break;
                case 2:
                    value = ReadType(reader.Message(), MaxTypeDepth, maxStringBytes) with { Name = value.Name };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return value;
    }

    private static OnnxValue ReadType(ProtobufReader reader, int depth, int maxStringBytes)
    {
        if (depth == 0)
            throw OnnxError.Malformed($"a type nests deeper than {MaxTypeDepth}", reader.Offset);
        var value = new OnnxValue("", "", null, default);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    value = ReadTensorType(reader.Message(), "tensor", maxStringBytes);
                    break;
                case 4:
                    value = value with { Type = $"seq({ElementOf(reader.Message(), 1, depth, maxStringBytes)})" };
                    break;
                case 5:
                    value = value with { Type = MapType(reader.Message(), depth, maxStringBytes) };
                    break;
                case 8:
                    value = ReadTensorType(reader.Message(), "sparse_tensor", maxStringBytes);
                    break;
                case 9:
                    value = value with { Type = $"optional({ElementOf(reader.Message(), 1, depth, maxStringBytes)})" };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return value;
    }

    private static string ElementOf(ProtobufReader reader, int field, int depth, int maxStringBytes)
    {
        var type = "";
        while (reader.MoveNext())
        {
            if (reader.Field == field)
                type = ReadType(reader.Message(), depth - 1, maxStringBytes).Type;
            else
                reader.Skip();
        }
        return type;
    }

    private static string MapType(ProtobufReader reader, int depth, int maxStringBytes)
    {
        var value = ElementOf(reader, 2, depth, maxStringBytes);
        var key = "";
        while (reader.MoveNext())
        {
            if (reader.Field == 1)
                key = OnnxElementTypes.NameOf(reader.Varint());
            else
                reader.Skip();
        }
        return $"map({key},{value})";
    }

    private static OnnxValue ReadTensorType(ProtobufReader reader, string kind, int maxStringBytes)
    {
        ulong elementType = 0;
        ImmutableArray<OnnxDimension> dimensions = default;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    elementType = reader.Varint();
                    break;
                case 2:
                    dimensions = ReadShape(reader.Message(), maxStringBytes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return new OnnxValue("", $"{kind}({OnnxElementTypes.NameOf(elementType)})", OnnxElementTypes.Find(elementType), dimensions);
    }

    private static ImmutableArray<OnnxDimension> ReadShape(ProtobufReader reader, int maxStringBytes)
    {
        var dimensions = ImmutableArray.CreateBuilder<OnnxDimension>();
        while (reader.MoveNext())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            if (dimensions.Count == WeightsLimits.Rank)
                throw OnnxError.Invalid($"a shape has more than {WeightsLimits.Rank} dimensions", $"byte {reader.Offset}");
            dimensions.Add(ReadDimension(reader.Message(), maxStringBytes));
        }
        return dimensions.ToImmutable();
    }

    private static OnnxDimension ReadDimension(ProtobufReader reader, int maxStringBytes)
    {
        var dimension = new OnnxDimension(-1, null);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    // Some exporters write -1 or 0 for a dimension they do not know; only the negative is never an extent.
                    dimension = new OnnxDimension(Math.Max(-1, (long)reader.Varint()), null);
                    break;
                case 2:
                    var name = reader.String(maxStringBytes);
                    dimension = new OnnxDimension(-1, name.Length == 0 ? null : name);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return dimension;
    }
}
