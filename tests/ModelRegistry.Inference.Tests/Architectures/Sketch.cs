namespace ModelRegistry.Inference.Tests.Architectures;

/// <summary>Short architecture files.</summary>
internal static class Sketch
{
    /// <summary>A file with one input <c>x</c> of any shape of the given rank, and these nodes.</summary>
    internal static string Of(string nodes, int rank = 2, string more = "") => $$"""
        {
          "schemaVersion": 1,
          "name": "sketch",
          "inputs": [{ "name": "x", "shape": [{{string.Join(", ", Enumerable.Repeat("-1", rank))}}] }],
          {{more}}
          "nodes": [{{nodes}}]
        }
        """;

    /// <summary>Loads weights into it.</summary>
    internal static CompiledModel Load(string json, MemoryWeights? weights = null, InferenceOptions? options = null) =>
        CompiledModel.Load(weights ?? new MemoryWeights(), Architecture.Parse(json), options ?? new InferenceOptions { Threads = 1 });

    internal static InferenceException Refusal(string json, MemoryWeights? weights = null) =>
        Assert.ThrowsAny<InferenceException>(() => Load(json, weights).Dispose());

    internal static long[] Long(int[] shape) => [.. shape.Select(size => (long)size)];

    internal static TensorValue Tensor(params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (i * 53 % 31 - 15) / 8f;
        return new TensorValue(shape, values);
    }
}
