using ModelRegistry.Weights;

namespace ModelRegistry.Dashboard.Layers;

/// <summary>What the values of a tensor are like.</summary>
public sealed record TensorFigures(double Minimum, double Maximum, double Mean, double Deviation, long Zeros, long NotFinite, long Count)
{
    /// <summary>Null where the values are no numbers.</summary>
    public static TensorFigures? Of(Tensor tensor)
    {
        float[] values;
        try
        {
            values = tensor.ToFloat32();
        }
        catch (WeightsFormatException)
        {
            return null;
        }

        var (least, most, mean, squares) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0.0);
        long finite = 0, zeros = 0;
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) continue;
            if (value == 0) zeros++;
            finite++;
            least = Math.Min(least, value);
            most = Math.Max(most, value);
            // Welford: no cancellation, whatever the offset.
            var delta = value - mean;
            mean += delta / finite;
            squares += delta * (value - mean);
        }

        return finite == 0 ? null : new TensorFigures(least, most, mean, Math.Sqrt(squares / finite), zeros, values.Length - finite, values.Length);
    }
}
