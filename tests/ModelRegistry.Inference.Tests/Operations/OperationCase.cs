using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelRegistry.Inference.Tests.Operations;

/// <summary>One case of fixtures/operation_goldens.json; make_operation_goldens.py says what is in it.</summary>
internal sealed class OperationCase(JsonElement element)
{
    private readonly Dictionary<string, Scalars> _weights = element.GetProperty("weights").EnumerateObject().ToDictionary(weight => weight.Name, weight => Scalars.Of(weight.Value));

    private static readonly Lazy<OperationCase[]> s_all = new(() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("operation_goldens.json"))).RootElement.EnumerateArray().Select(item => new OperationCase(item))]);

    internal static IReadOnlyList<OperationCase> All => s_all.Value;

    internal string Op => element.GetProperty("op").GetString()!;

    /// <summary>The node that is tested: the last, with its attributes.</summary>
    internal JsonElement Node => element.GetProperty("nodes").EnumerateArray().Last();

    internal IReadOnlyList<Scalars> Inputs { get; } = [.. element.GetProperty("inputs").EnumerateArray().Select(Scalars.Of)];

    internal Scalars Output { get; } = Scalars.Of(element.GetProperty("output"));

    internal Scalars Weight(string role) => _weights["m." + role];

    internal string Architecture => new JsonObject
    {
        ["schemaVersion"] = 1,
        ["name"] = "golden",
        ["inputs"] = new JsonArray([.. element.GetProperty("inputs").EnumerateArray().Select(input => new JsonObject
        {
            ["name"] = input.GetProperty("name").GetString(),
            ["dtype"] = input.GetProperty("dtype").GetString(),
            ["shape"] = new JsonArray([.. input.GetProperty("shape").EnumerateArray().Select(_ => (JsonNode)(-1))]),
        })]),
        ["nodes"] = JsonNode.Parse(element.GetProperty("nodes").GetRawText()),
    }.ToJsonString();

    internal MemoryWeights Weights
    {
        get
        {
            var weights = new MemoryWeights();
            foreach (var weight in element.GetProperty("weights").EnumerateObject())
            {
                var values = Scalars.Of(weight.Value);
                weights.With(weight.Name, values.Shape.Select(size => (long)size).ToArray(), values.ToFloats());
            }

            return weights;
        }
    }

    public override string ToString() => $"{Node} {string.Join(" ", Inputs.Select(input => $"[{string.Join(", ", input.Shape)}]"))}";
}

/// <summary>A tensor to compute with one element at a time, in double precision.</summary>
internal sealed record Scalars(int[] Shape, double[] Values)
{
    internal static Scalars Of(JsonElement tensor) => new(
        [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())],
        [.. MemoryMarshal.Cast<byte, float>(tensor.GetProperty("data").GetBytesFromBase64()).ToArray().Select(value => (double)value)]);

    /// <summary>Computed element by element.</summary>
    internal static Scalars From(int[] shape, Func<int[], double> element) =>
        new(shape, [.. Indices(shape).Select(element)]);

    /// <summary>Every index, the last dimension fastest.</summary>
    internal static IEnumerable<int[]> Indices(int[] shape)
    {
        var count = shape.Aggregate(1, (product, size) => product * size);
        for (var i = 0; i < count; i++)
        {
            var index = new int[shape.Length];
            for (int axis = shape.Length - 1, rest = i; axis >= 0; axis--)
                (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            yield return index;
        }
    }

    internal double this[params ReadOnlySpan<int> index]
    {
        get
        {
            var at = 0;
            for (var axis = 0; axis < Shape.Length; axis++)
                at = at * Shape[axis] + index[axis];
            return Values[at];
        }
    }

    /// <summary>The element behind one of a larger tensor: aligned at the last dimension, sizes of 1 repeated.</summary>
    internal double Repeated(int[] index)
    {
        var own = index[^Shape.Length..];
        return this[[.. own.Select((at, axis) => Shape[axis] == 1 ? 0 : at)]];
    }

    internal float[] ToFloats() => [.. Values.Select(value => (float)value)];
}
