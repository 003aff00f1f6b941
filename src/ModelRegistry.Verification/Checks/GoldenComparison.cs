using System.Globalization;
using ModelRegistry.Verification.Engines;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>Compares an output with the one that the training framework gave: direction (cosine) and largest difference.</summary>
internal static class GoldenComparison
{
    private const string Name = "golden";

    public static CheckResult Compare(IReadOnlyList<Tensor> actual, IReadOnlyList<Tensor> expected, double cosineTolerance, double absoluteTolerance)
    {
        if (actual.Count != expected.Count) return new CheckResult(Name, false, $"{actual.Count} outputs, {expected.Count} expected");
        var cosine = 1.0;
        var difference = 0.0;
        var scale = 1.0;
        foreach (var (left, right) in actual.Zip(InOrder(actual, expected)))
        {
            if (!left.Shape.AsSpan().SequenceEqual(right.Shape.AsSpan())) return new CheckResult(Name, false, $"the output is {TensorValues.Show(left)}, the expected one {TensorValues.Show(right)}");
            if (!TensorValues.IsFinite(left) || !TensorValues.IsFinite(right)) return new CheckResult(Name, false, "the output or the expected output holds NaN or infinity");
            var (c, d, s) = Measure(left.ToFloat32(), right.ToFloat32());
            (cosine, difference, scale) = (Math.Min(cosine, c), Math.Max(difference, d), Math.Max(scale, s));
        }

        var seen = string.Create(CultureInfo.InvariantCulture, $"cosine {cosine:0.000000}, largest difference {difference:0.0e+0}");
        return cosine >= cosineTolerance && difference <= absoluteTolerance * scale
            ? new CheckResult(Name, true, seen)
            : new CheckResult(Name, false, string.Create(CultureInfo.InvariantCulture, $"{seen}; at least {cosineTolerance:0.####} and at most {absoluteTolerance * scale:0.0e+0} were promised"));
    }

    // Files hold tensors in the order of their names, networks give them in an order of their own.
    private static IEnumerable<Tensor> InOrder(IReadOnlyList<Tensor> actual, IReadOnlyList<Tensor> expected) =>
        actual.All(output => expected.Any(tensor => tensor.Name == output.Name)) ? actual.Select(output => expected.First(tensor => tensor.Name == output.Name)) : expected;

    private static (double Cosine, double Difference, double Scale) Measure(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double dot = 0, leftSquare = 0, rightSquare = 0, difference = 0, scale = 0;
        for (var i = 0; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
            leftSquare += (double)left[i] * left[i];
            rightSquare += (double)right[i] * right[i];
            difference = Math.Max(difference, Math.Abs((double)left[i] - right[i]));
            scale = Math.Max(scale, Math.Abs(right[i]));
        }

        // Two zero vectors are the same; a zero and another have no angle.
        var cosine = leftSquare == 0 && rightSquare == 0 ? 1 : leftSquare == 0 || rightSquare == 0 ? 0 : dot / Math.Sqrt(leftSquare * rightSquare);
        return (cosine, difference, scale);
    }
}
