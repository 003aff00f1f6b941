using System.Collections.Immutable;
using System.Globalization;
using ModelRegistry.Inference;

namespace ModelRegistry.Verification.Checks;

/// <summary>The likeliest classes, by softmax of the scores.</summary>
internal static class TopClasses
{
    public static ImmutableArray<TopClass> Of(TensorValue scores, string? labelsPath, int top)
    {
        var labels = labelsPath is null ? [] : File.ReadAllLines(labelsPath);
        var values = scores.Values.ToArray();
        var largest = values.Max();
        var exponentials = values.Select(v => Math.Exp(v - (double)largest)).ToArray();
        var sum = exponentials.Sum();
        return
        [
            .. Enumerable.Range(0, values.Length)
                .OrderByDescending(i => exponentials[i]).ThenBy(i => i)
                .Take(Math.Max(1, top))
                .Select(i => new TopClass(i, i < labels.Length ? labels[i] : i.ToString(CultureInfo.InvariantCulture), exponentials[i] / sum)),
        ];
    }
}
