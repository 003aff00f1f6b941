using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelRegistry.Inference.Tests.Kernels;

/// <summary>One case of fixtures/kernel_goldens.json; make_kernel_goldens.py says what is in it.</summary>
internal sealed class GoldenCase(JsonElement element)
{
    private static readonly Lazy<GoldenCase[]> Cases = new(() =>
    {
        string path = Path.Combine(AppContext.BaseDirectory, "fixtures", "kernel_goldens.json");
        return [.. JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.EnumerateArray().Select(item => new GoldenCase(item))];
    });

    public static IReadOnlyList<GoldenCase> All => Cases.Value;

    public string Op => element.GetProperty("op").GetString()!;

    public float[] Output => Floats(element.GetProperty("output"));

    public int[] OutputShape => Ints(element.GetProperty("output").GetProperty("shape"));

    public int InputCount => element.GetProperty("inputs").GetArrayLength();

    public override string ToString() => $"{Op} {element.GetProperty("attributes")} {string.Join(" ", Enumerable.Range(0, InputCount).Select(i => $"[{string.Join(", ", Shape(i))}]"))}";

    /// <summary>Empty where the input is absent.</summary>
    public float[] Input(int index) => At(index) is { ValueKind: JsonValueKind.Object } tensor ? Floats(tensor) : [];

    public long[] Indices(int index) => MemoryMarshal.Cast<byte, long>(At(index).GetProperty("data").GetBytesFromBase64()).ToArray();

    public int[] Shape(int index) => At(index) is { ValueKind: JsonValueKind.Object } tensor ? Ints(tensor.GetProperty("shape")) : [];

    public int Int(string attribute) => Attribute(attribute).GetInt32();

    public float Float(string attribute) => Attribute(attribute).GetSingle();

    public bool Flag(string attribute) => Attribute(attribute).GetBoolean();

    public string Text(string attribute) => Attribute(attribute).GetString()!;

    public int[] List(string attribute) => Ints(Attribute(attribute));

    public (int Height, int Width) Pair(string attribute) => (Attribute(attribute)[0].GetInt32(), Attribute(attribute)[1].GetInt32());

    public (double Height, double Width)? Scale() =>
        Attribute("scale") is { ValueKind: JsonValueKind.Array } scale ? (scale[0].GetDouble(), scale[1].GetDouble()) : null;

    private JsonElement At(int index) => element.GetProperty("inputs")[index];

    private JsonElement Attribute(string name) => element.GetProperty("attributes").GetProperty(name);

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    private static float[] Floats(JsonElement tensor) => MemoryMarshal.Cast<byte, float>(tensor.GetProperty("data").GetBytesFromBase64()).ToArray();
}
