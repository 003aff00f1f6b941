using System.Globalization;
using ModelRegistry.Weights;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Verification.Checks;

/// <summary>Holds what several engines gave for one input against the first of them.</summary>
internal static class EngineAgreement
{
    private const double Tolerance = 1e-4;
    private const string Name = "agreement";

    /// <summary>The largest difference to the first engine, relative to its largest magnitude; null where fewer than two engines came to an output.</summary>
    public static EngineDifference? Largest(IReadOnlyList<VerificationReport> reports)
    {
        var ran = reports.Where(report => report.Outputs.Length > 0).ToList();
        return ran.Skip(1).Select(report => Between(ran[0], report)).MaxBy(difference => difference.Relative);
    }

    /// <summary>The check that the difference amounts to.</summary>
    public static CheckResult Check(EngineDifference difference) => new(
        Name, difference.Relative <= Tolerance,
        string.Create(CultureInfo.InvariantCulture, $"{difference.Left} and {difference.Right} differ by {difference.Relative:0.0e+0} of the largest value; at most {Tolerance:0.0e+0} is taken for rounding"));

    private static EngineDifference Between(VerificationReport left, VerificationReport right)
    {
        var alike = left.Outputs.Length == right.Outputs.Length && left.Outputs.Zip(right.Outputs).All(pair => pair.First.Shape.AsSpan().SequenceEqual(pair.Second.Shape.AsSpan()));
        return new EngineDifference(left.Engine, right.Engine, alike ? left.Outputs.Zip(right.Outputs).Max(pair => Relative(Values(pair.First), Values(pair.Second))) : double.PositiveInfinity);
    }

    // NaN on one side is as far away as can be; on both it is a failed check already.
    private static double Relative(float[] left, float[] right)
    {
        double difference = 0, scale = 0;
        for (var i = 0; i < left.Length; i++)
        {
            if (float.IsNaN(left[i]) != float.IsNaN(right[i])) return double.PositiveInfinity;
            if (float.IsNaN(left[i]) || left[i] == right[i]) continue;
            difference = Math.Max(difference, Math.Abs((double)left[i] - right[i]));
        }

        foreach (var value in left) scale = Math.Max(scale, Math.Abs(value));
        return difference == 0 ? 0 : scale == 0 ? double.PositiveInfinity : difference / scale;
    }

    private static float[] Values(TensorData output) =>
        Tensor.FromBytes(output.Name, DeclaredTensor.ParseType(output.Dtype), [.. output.Shape], output.Data.ToArray()).ToFloat32();
}
