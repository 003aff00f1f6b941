using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.Verification.Checks;

/// <summary>The likeliest classes, by softmax of the scores.</summary>
internal static class TopClasses
{
    public static ImmutableArray<TopClass> Of(float[] scores, string[] labels, int top)
    {
        var largest = scores.Max();
        var exponentials = scores.Select(v => Math.Exp(v - (double)largest)).ToArray();
        var sum = exponentials.Sum();
        return
        [
            .. Enumerable.Range(0, scores.Length)
                .OrderByDescending(i => exponentials[i]).ThenBy(i => i)
                .Take(Math.Max(1, top))
                .Select(i => new TopClass(i, i < labels.Length ? labels[i] : i.ToString(CultureInfo.InvariantCulture), exponentials[i] / sum)),
        ];
    }
}
