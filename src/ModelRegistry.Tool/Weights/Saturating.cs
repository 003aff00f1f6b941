namespace ModelRegistry.Tool.Weights;

/// <summary>Sums of lengths that a file declares: views with stride 0 can promise more than a number holds.</summary>
internal static class Saturating
{
    public static long Add(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
