namespace ModelRegistry.Weights.Described;

/// <summary>Models that are protobuf messages without a magic number, told by the fields they have.</summary>
internal static class ProtobufModel
{
    /// <summary>Core ML: <c>specificationVersion</c>, <c>description</c>, and one model of a field from 200 on. SavedModel: a schema version and graphs.</summary>
    internal static DescribedFormat? Of(ReadOnlySpan<byte> head, bool isCut)
    {
        var (graphs, models, others) = (0, 0, 0);
        try
        {
            var reader = new ProtobufReader(head, 0);
            while (reader.MoveNext())
            {
                switch (reader.Field)
                {
                    case 1 when reader.Wire == WireType.Varint:
                        if (reader.Varint() is 0 or > 20)
                        {
                            return null;
                        }

                        break;
                    case 2 when reader.Wire == WireType.Length:
                        graphs++;
                        reader.Skip();
                        break;
                    case 10 when reader.Wire == WireType.Varint:
                        reader.Skip();
                        break;
                    case >= 200 and <= 3000 when reader.Wire == WireType.Length:
                        models++;
                        reader.Skip();
                        break;
                    default:
                        others++;
                        reader.Skip();
                        break;
                }
            }
        }
        catch (WeightsFormatException)
        {
            if (!isCut)
            {
                return null;
            }
        }

        return others > 0 || graphs == 0 ? null
            : models > 0 ? new("coreml", "a Core ML model")
            : graphs > 0 && !isCut ? new("tensorflow", "a TensorFlow SavedModel")
            : null;
    }
}
