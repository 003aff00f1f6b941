namespace ModelRegistry.Weights.Onnx;

internal static class OnnxError
{
    internal const string Protobuf = "MR0560";
    internal const string Model = "MR0561";
    internal const string ExternalLocation = "MR0562";
    internal const string ExternalMissing = "MR0563";
    internal const string ExternalRange = "MR0531";
    internal const string Sparse = "MR0564";

    public static WeightsFormatException Malformed(string what, long offset) =>
        new(Protobuf, $"malformed ONNX protobuf: {what}", $"byte {offset}");

    public static WeightsFormatException Invalid(string what, string? where = null) =>
        new(Model, $"invalid ONNX model: {what}", where);
}
