using System.Collections.Immutable;

namespace ModelRegistry.Weights.Onnx;

/// <summary>An initialiser as its <c>TensorProto</c> states it; where its data is, but not the data.</summary>
internal sealed record OnnxInitializer
{
    public required string Name { get; init; }

    public required ulong DataType { get; init; }

    public required ImmutableArray<long> Shape { get; init; }

    /// <summary>Where the <c>TensorProto</c> stands in the file.</summary>
    public required (long Offset, int Length) Message { get; init; }

    /// <summary>Where <c>raw_data</c> stands in the file; null when there is none.</summary>
    public (long Offset, long Length)? Raw { get; init; }

    /// <summary>The typed field that holds the values, 0 when there is none.</summary>
    public int TypedField { get; init; }

    /// <summary>Values in that field.</summary>
    public long TypedCount { get; init; }

    /// <summary>What stands in <c>external_data</c>; null when the data is in the file.</summary>
    public OnnxExternalData? External { get; init; }

    public static OnnxInitializer Read(ProtobufReader reader, int maxStringBytes, bool named = true)
    {
        var message = (reader.Offset, reader.Rest().Length);
        var shape = ImmutableArray.CreateBuilder<long>();
        var external = new Dictionary<string, string>(StringComparer.Ordinal);
        var (name, dataType, isExternal) = ("", 0UL, false);
        var (typedField, typedCount) = (0, 0L);
        (long, long)? raw = null;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    AddDimensions(shape, ref reader);
                    break;
                case 2:
                    dataType = reader.Varint();
                    break;
                case 3:
                    throw OnnxError.Invalid("it splits a tensor into segments, which no released version of ONNX reads", $"byte {reader.Offset}");
                case 4 or 5 or 6 or 7 or 10 or 11:
                    if (typedField != 0 && typedField != reader.Field)
                        throw OnnxError.Invalid($"initialiser {Display.Quote(name)} holds data of two types", $"byte {reader.Offset}");
                    typedField = reader.Field;
                    typedCount += OnnxTypedData.CountAndSkip(ref reader);
                    break;
                case 8:
                    name = reader.String(maxStringBytes);
                    break;
                case 9:
                    if (raw is not null)
                        throw OnnxError.Invalid($"initialiser {Display.Quote(name)} holds raw data twice", $"byte {reader.Offset}");
                    var length = reader.Bytes().Length;
                    raw = (reader.Offset - length, length);
                    break;
                case 13:
                    OnnxExternalData.AddTo(external, reader.Message(), maxStringBytes);
                    break;
                case 14:
                    isExternal = reader.Varint() == 1;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (name.Length == 0 && named)
            throw OnnxError.Invalid("an initialiser has no name", $"byte {message.Offset}");
        if ((raw is not null ? 1 : 0) + (typedField != 0 ? 1 : 0) + (isExternal ? 1 : 0) > 1)
            throw OnnxError.Invalid($"initialiser {Display.Quote(name)} holds its data in more than one way", $"byte {message.Offset}");
        return new OnnxInitializer
        {
            Name = name,
            DataType = dataType,
            Shape = shape.ToImmutable(),
            Message = message,
            Raw = raw,
            TypedField = typedField,
            TypedCount = typedCount,
            External = isExternal ? OnnxExternalData.From(external, name, message.Offset) : null,
        };
    }

    private static void AddDimensions(ImmutableArray<long>.Builder shape, ref ProtobufReader reader)
    {
        if (reader.Wire == WireType.Varint)
        {
            Add(shape, reader.Varint(), reader.Offset);
            return;
        }
        for (var packed = reader.Message(); !packed.AtEnd;)
            Add(shape, packed.RawVarint(), packed.Offset);

        static void Add(ImmutableArray<long>.Builder shape, ulong extent, long offset)
        {
            if (shape.Count == WeightsLimits.Rank)
                throw OnnxError.Invalid($"an initialiser has more than {WeightsLimits.Rank} dimensions", $"byte {offset}");
            if ((long)extent < 0)
                throw OnnxError.Invalid($"an initialiser has a negative extent ({(long)extent})", $"byte {offset}");
            shape.Add((long)extent);
        }
    }
}
