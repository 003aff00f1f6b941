using System.Collections.Immutable;
using ModelRegistry.Inference;
using ModelRegistry.Verification.Engines;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>
/// The same input on every machine, from a linear congruential generator: values of -1 to 1 for floating-point inputs, indices inside the
/// table for whole numbers, and 0 and 1 where nobody says how large the table is.
/// </summary>
internal static class DeterministicInput
{
    private const int MaxElements = 1 << 28;

    public static IReadOnlyList<Tensor> For(ImmutableArray<EngineInput> inputs) => [.. inputs.Select(input => Make(input, Shape(input)))];

    // What neither the manifest nor the architecture fixes is taken from the architecture's example; the batch is 1.
    private static long[] Shape(EngineInput input)
    {
        var shape = input.Shape.ToArray();
        for (var d = 0; d < shape.Length; d++)
        {
            if (shape[d] < 1) shape[d] = d > 0 && input.Example is { } example && d < example.Count ? example[d] : 1;
        }

        return shape;
    }

    private static Tensor Make(EngineInput input, long[] shape)
    {
        var count = 1L;
        foreach (var length in shape)
        {
            if (length < 1 || length > MaxElements || count > MaxElements / length)
                throw new InferenceException("MR0615", $"an input of [{string.Join(", ", shape)}] would take more memory than the limit", hint: "declare a smaller input");
            count *= length;
        }

        var whole = !TensorValues.IsFloat(input.DType) || input.Limit is not null;
        var rows = (uint)Math.Clamp(input.Limit ?? 2, 1, 127);
        var values = new float[count];
        var state = 20_171u;
        for (var i = 0; i < values.Length; i++)
        {
            state = (state * 1_664_525u) + 1_013_904_223u;
            values[i] = whole ? (state >> 8) % rows : ((state >> 8) / 8_388_608f) - 1f;
        }

        return input.DType == DType.String ? Texts(input.Name, shape, values) : TensorValues.As(input.DType, input.Name, shape, values);
    }

    // Texts of one letter, as bytes along one more dimension.
    private static Tensor Texts(string name, long[] shape, float[] values) => TensorValues.As(DType.UInt8, name, [.. shape, 1], [.. values.Select(value => 'a' + value)]);
}
