namespace ModelRegistry.Shared;

/// <summary>
/// Arithmetic on numbers from zero up that stops at the largest instead of wrapping. No file is that large, so a stopped
/// result never passes a check. (128-bit integers would do, but are always compiled at run time.)
/// </summary>
internal static class Saturating
{
    internal static long Multiply(long a, long b) => a == 0 || b <= long.MaxValue / a ? a * b : long.MaxValue;

    internal static long Add(long a, long b) => b <= long.MaxValue - a ? a + b : long.MaxValue;
}
