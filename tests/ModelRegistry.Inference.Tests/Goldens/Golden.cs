using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelRegistry.Inference.Tests.Goldens;

/// <summary>What PyTorch computed, as written by make_architecture_goldens.py.</summary>
internal sealed record Golden(
    [property: JsonPropertyName("architecture")] string Architecture,
    [property: JsonPropertyName("weights")] string Weights,
    [property: JsonPropertyName("cases")] IReadOnlyList<GoldenCase> Cases)
{
    internal static Golden Read(string path) => JsonSerializer.Deserialize<Golden>(File.ReadAllText(path))!;
}

internal sealed record GoldenCase(
    [property: JsonPropertyName("input")] long[] Input,
    [property: JsonPropertyName("output")] long[] Output,
    [property: JsonPropertyName("values")] float[] Values,
    [property: JsonPropertyName("more")] IReadOnlyList<GoldenOutput>? More = null,
    [property: JsonPropertyName("tokens")] IReadOnlyList<GoldenTokens>? Tokens = null)
{
    /// <summary>Every output: the first and the others.</summary>
    internal IReadOnlyList<GoldenOutput> Outputs => [new GoldenOutput(Output, Values), .. More ?? []];

    internal IReadOnlyList<TensorValue> Inputs =>
        Tokens is null ? [InputTensor()] : [.. Tokens.Select(tokens => new TensorValue(tokens.Shape, tokens.Values))];

    /// <summary>The input, by the formula of the script.</summary>
    internal TensorValue InputTensor()
    {
        var values = new float[Input.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            var mixed = unchecked((uint)i * 2654435761u + 12345u);
            mixed = unchecked((mixed ^ (mixed >> 15)) * 2246822519u);
            values[i] = (float)((mixed >> 8) / (double)(1 << 23) - 1);
        }

        return new TensorValue(Input, values);
    }
}

internal sealed record GoldenTokens(
    [property: JsonPropertyName("shape")] long[] Shape,
    [property: JsonPropertyName("values")] long[] Values);

internal sealed record GoldenOutput(
    [property: JsonPropertyName("output")] long[] Shape,
    [property: JsonPropertyName("values")] float[] Values)
{
    /// <summary>Largest difference, as a share of the largest expected value.</summary>
    internal double RelativeError(ReadOnlySpan<float> actual)
    {
        var (error, largest) = (0.0, 0.0);
        for (var i = 0; i < Values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(Values[i]));
            error = Math.Max(error, float.IsNaN(actual[i]) ? double.PositiveInfinity : Math.Abs(actual[i] - Values[i]));
        }

        return error / largest;
    }
}
