using System.Collections.Immutable;
using ModelRegistry.Inference;

namespace ModelRegistry.Verification.Checks;

/// <summary>The same input on every machine: values of -1 to 1 from a linear congruential generator.</summary>
internal static class DeterministicInput
{
    private const int MaxElements = 1 << 28;

    public static IReadOnlyList<TensorValue> For(IReadOnlyList<TensorDeclaration> inputs, ImmutableArray<ImmutableArray<long>> declared) =>
        [.. inputs.Select((input, i) => Make(Shape(input, declared.IsDefaultOrEmpty || i >= declared.Length ? input.Shape : declared[i])))];

    // What neither the manifest nor the architecture fixes is taken from the architecture's example; the batch is 1.
    private static long[] Shape(TensorDeclaration input, IReadOnlyList<long> declared)
    {
        var shape = declared.ToArray();
        for (var d = 0; d < shape.Length; d++)
        {
            if (shape[d] > 0) continue;
            var known = d < input.Shape.Count && input.Shape[d] > 0 ? input.Shape[d] : 0;
            shape[d] = known > 0 ? known : d > 0 && input.Example is { } example && d < example.Count ? example[d] : 1;
        }

        return shape;
    }

    private static TensorValue Make(long[] shape)
    {
        var count = 1L;
        foreach (var length in shape)
        {
            if (length < 1 || length > MaxElements || count > MaxElements / length)
                throw new InferenceException("MR0615", $"an input of [{string.Join(", ", shape)}] would take more memory than the limit", hint: "declare a smaller input");
            count *= length;
        }

        var values = new float[count];
        var state = 20_171u;
        for (var i = 0; i < values.Length; i++)
        {
            state = (state * 1_664_525u) + 1_013_904_223u;
            values[i] = ((state >> 8) / 8_388_608f) - 1f;
        }

        return new TensorValue(shape, values);
    }
}
