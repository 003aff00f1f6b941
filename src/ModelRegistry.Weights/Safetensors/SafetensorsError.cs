namespace ModelRegistry.Weights.Safetensors;

internal static class SafetensorsError
{
    internal const string HeaderLength = "MR0550";
    internal const string HeaderJson = "MR0551";
    internal const string TensorEntry = "MR0552";
    internal const string Layout = "MR0553";
    internal const string Metadata = "MR0554";

    public static WeightsFormatException Json(string what, long at, Exception? inner = null) =>
        new(HeaderJson, $"the safetensors header is not valid: {what}", $"byte {at}", inner: inner);

    public static WeightsFormatException Entry(string name, string what, long at) =>
        new(TensorEntry, $"safetensors tensor {Display.Quote(name)}: {what}", $"byte {at}");

    public static WeightsFormatException Data(string what, long at) =>
        new(Layout, $"the safetensors data is not laid out as the format demands: {what}", $"byte {at}", "save the file again with the safetensors library");
}
