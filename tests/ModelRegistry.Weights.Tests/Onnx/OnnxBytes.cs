namespace ModelRegistry.Weights.Tests.Onnx;

/// <summary>Small ONNX models made by hand around the part a test is about.</summary>
internal static class OnnxBytes
{
    public const int Float = 1;

    public static ProtobufBuilder Model(byte[] graph) => new ProtobufBuilder()
        .Varint(1, 8)
        .Bytes(7, graph)
        .Bytes(8, new ProtobufBuilder().Varint(2, 17));

    public static ProtobufBuilder Graph() => new ProtobufBuilder()
        .Bytes(1, new ProtobufBuilder().String(1, "x").String(2, "y").String(4, "Relu"))
        .Bytes(12, new ProtobufBuilder().String(1, "y").Bytes(2, new ProtobufBuilder()));

    public static byte[] WithInitializer(byte[] tensor) => Model(Graph().Bytes(5, tensor));

    public static ProtobufBuilder Tensor(ulong dataType, params ulong[] shape)
    {
        var tensor = new ProtobufBuilder();
        foreach (var extent in shape)
            tensor.Varint(1, extent);
        return tensor.Varint(2, dataType).String(8, "w");
    }

    public static ProtobufBuilder External(this ProtobufBuilder tensor, params (string Key, string Value)[] entries)
    {
        foreach (var (key, value) in entries)
            tensor.Bytes(13, new ProtobufBuilder().String(1, key).String(2, value));
        return tensor.Varint(14, 1);
    }
}
