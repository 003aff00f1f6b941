namespace ModelRegistry.Weights.Onnx;

/// <summary>Tells an ONNX model from other protobufs and from noise by its structure; the format has no magic number.</summary>
internal static class OnnxDetection
{
    private const ulong MaxIrVersion = 255;

    /// <summary>
    /// Whether the bytes are those of a <c>ModelProto</c>: an <c>ir_version</c>, then fields of the right types, and a
    /// graph that has a node with an operator name or an output with a type. A file cut off after that still counts, so
    /// that it is reported as a damaged ONNX model.
    /// </summary>
    public static bool IsModel(ReadOnlySpan<byte> file)
    {
        // Serialisers write fields in order, and ir_version is never left out.
        if (file.Length < 4 || file[0] != 0x08)
            return false;
        var found = Evidence.None;
        try
        {
            var reader = new ProtobufReader(file, 0);
            while (reader.MoveNext())
            {
                switch (reader.Field)
                {
                    case 1 when reader.Wire == WireType.Varint:
                        if (reader.Varint() is 0 or > MaxIrVersion)
                            return false;
                        break;
                    case 7 when reader.Wire == WireType.Length:
                        found |= InGraph(reader.Rest());
                        if (!found.HasFlag(Evidence.Graph))
                            return false;
                        reader.Skip();
                        break;
                    case 8 when reader.Wire == WireType.Length:
                        found |= Evidence.Opset;
                        reader.Skip();
                        break;
                    case 5 when reader.Wire == WireType.Varint:
                    case (>= 2 and <= 4 or 6 or >= 9 and <= 63) when reader.Wire == WireType.Length:
                        reader.Skip();
                        break;
                    default:
                        return false;
                }
            }
        }
        catch (WeightsFormatException)
        {
            return found.HasFlag(Evidence.Graph);
        }
        return found == (Evidence.Graph | Evidence.Opset);
    }

    private static Evidence InGraph(ReadOnlySpan<byte> lengthAndGraph)
    {
        var reader = new ProtobufReader(lengthAndGraph, 0);
        var length = reader.RawVarint();
        var graph = lengthAndGraph[(int)reader.Offset..];
        reader = new ProtobufReader(graph[..(int)Math.Min(length, (ulong)graph.Length)], 0);
        while (reader.MoveNext())
        {
            if (reader.Wire != WireType.Length || reader.Field > 63)
                return Evidence.None;
            if (reader.Field == 1 ? IsNode(reader.Message()) : reader.Field == 12 && IsOutput(reader.Message()))
                return Evidence.Graph;
            if (reader.Field is not (1 or 12))
                reader.Skip();
            else
                return Evidence.None;
        }
        return Evidence.None;
    }

    private static bool IsNode(ProtobufReader reader)
    {
        var named = false;
        while (reader.MoveNext())
        {
            if (reader.Wire != WireType.Length || reader.Field > 63)
                return false;
            var bytes = reader.Bytes();
            if (reader.Field == 4)
            {
                if (bytes.IsEmpty || !char.IsAsciiLetter((char)bytes[0]) || bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                    return false;
                named = true;
            }
        }
        return named;
    }

    private static bool IsOutput(ProtobufReader reader)
    {
        var seen = 0;
        while (reader.MoveNext())
        {
            if (reader.Wire != WireType.Length || reader.Field > 63)
                return false;
            seen |= reader.Field is 1 or 2 ? reader.Field : 0;
            reader.Skip();
        }
        return seen == 3;
    }

    [Flags]
    private enum Evidence
    {
        None = 0,
        Graph = 1,
        Opset = 2,
    }
}
