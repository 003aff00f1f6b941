namespace ModelRegistry.Weights.Gguf;

internal static class GgufError
{
    internal const string Header = "MR0540";
    internal const string Tensor = "MR0541";

    public static WeightsFormatException Malformed(string what, long at) =>
        new(Header, $"malformed GGUF file: {what}", $"byte {at}", "fetch the file again");

    public static WeightsFormatException BadTensor(string name, string what, long at) =>
        new(Tensor, $"GGUF tensor {Display.Quote(name)}: {what}", $"byte {at}", "fetch the file again");
}
