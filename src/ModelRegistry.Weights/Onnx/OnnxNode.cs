using System.Buffers.Binary;

namespace ModelRegistry.Weights.Onnx;

/// <summary>An operator of an ONNX graph: what it takes, yields, and how it is set.</summary>
/// <param name="Operator">Its type; with the domain before it where that is not ONNX's own.</param>
/// <param name="Inputs">Names of values; empty for one that is left out.</param>
/// <param name="Outputs">Names of values.</param>
/// <param name="Attributes">A <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, array of the first two, or a <see cref="Tensor"/>; graphs are left out.</param>
internal sealed record OnnxNode(string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, object> Attributes)
{
    private const int MaxStringBytes = 4096;
    private const int MaxNodes = 100_000;
    private const int MaxNumbers = 10_000;

    /// <exception cref="WeightsFormatException">MR0560 to MR0562.</exception>
    internal static IReadOnlyList<OnnxNode> ReadAll(MappedFile file, OnnxExternalFiles externalFiles)
    {
        var nodes = new List<OnnxNode>();
        var model = new ProtobufReader(file.Slice(0, (int)file.Length), 0);
        while (model.MoveNext())
        {
            if (model.Field != 7)
            {
                model.Skip();
                continue;
            }

            var graph = model.Message();
            while (graph.MoveNext())
            {
                if (graph.Field != 1)
                {
                    graph.Skip();
                    continue;
                }

                if (nodes.Count == MaxNodes) throw OnnxError.Invalid($"its graph has more than {MaxNodes} operators", $"byte {graph.Offset}");
                nodes.Add(Read(graph.Message(), file, externalFiles));
            }
        }

        return nodes;
    }

    /// <summary>An operator's type, with the domain before it where that is not ONNX's own.</summary>
    public static string NameOf(string domain, string type) => domain is "" or "ai.onnx" ? type : $"{domain}.{type}";

    private static OnnxNode Read(ProtobufReader reader, MappedFile file, OnnxExternalFiles externalFiles)
    {
        var (inputs, outputs, attributes) = (new List<string>(), new List<string>(), new Dictionary<string, object>(StringComparer.Ordinal));
        var (domain, type) = ("", "");
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(reader.String(MaxStringBytes));
                    break;
                case 2:
                    outputs.Add(reader.String(MaxStringBytes));
                    break;
                case 4:
                    type = reader.String(MaxStringBytes);
                    break;
                case 5:
                    if (ReadAttribute(reader.Message(), file, externalFiles) is { Value: { } value } attribute) attributes[attribute.Name] = value;
                    break;
                case 7:
                    domain = reader.String(MaxStringBytes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new OnnxNode(NameOf(domain, type), inputs, outputs, attributes);
    }

    private static (string Name, object? Value) ReadAttribute(ProtobufReader reader, MappedFile file, OnnxExternalFiles externalFiles)
    {
        var name = "";
        object? value = null;
        var (whole, numbers) = (new List<long>(), new List<double>());
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.String(MaxStringBytes);
                    break;
                case 2:
                    value = (double)BinaryPrimitives.ReadSingleLittleEndian(reader.Fixed());
                    break;
                case 3:
                    value = (long)reader.Varint();
                    break;
                case 4:
                    value = reader.String(1 << 20);
                    break;
                case 5:
                    value = OnnxReader.ToTensor(OnnxInitializer.Read(reader.Message(), MaxStringBytes, named: false), file, externalFiles);
                    break;
                case 7:
                    var bytes = reader.Fixed();
                    for (var i = 0; i + sizeof(float) <= bytes.Length; i += sizeof(float)) numbers.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes[i..]));
                    value = numbers.ToArray();
                    break;
                case 8 when reader.Wire == WireType.Varint:
                    whole.Add((long)reader.Varint());
                    value = whole.ToArray();
                    break;
                case 8:
                    for (var packed = reader.Message(); !packed.AtEnd;) whole.Add((long)packed.RawVarint());
                    value = whole.ToArray();
                    break;
                default:
                    reader.Skip();
                    break;
            }

            if (whole.Count > MaxNumbers || numbers.Count > MaxNumbers) throw OnnxError.Invalid($"attribute {Display.Quote(name)} has more than {MaxNumbers} numbers", $"byte {reader.Offset}");
        }

        return (name, value);
    }
}
