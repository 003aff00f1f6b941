using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels.Simd;

/// <summary>Activations over vectors, within a few units in the last place of the double-precision formulas unless noted.</summary>
internal static class VectorMath<TLanes, TVector>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Clamp(TVector x, float low, float high)
    {
        TVector lower = TLanes.Broadcast(low), upper = TLanes.Broadcast(high);
        return TLanes.SelectLess(x, lower, lower, TLanes.SelectLess(upper, x, upper, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Relu(TVector x) => TLanes.SelectLess(x, TLanes.Zero, TLanes.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector HardSigmoid(TVector x) =>
        TLanes.Multiply(Clamp(TLanes.Add(x, TLanes.Broadcast(3)), 0, 6), TLanes.Broadcast(1 / 6f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x)
    {
        TVector one = TLanes.Broadcast(1);
        return TLanes.Divide(one, TLanes.Add(one, TLanes.Exp(TLanes.Subtract(TLanes.Zero, x))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Silu(TVector x) =>
        TLanes.Divide(x, TLanes.Add(TLanes.Broadcast(1), TLanes.Exp(TLanes.Subtract(TLanes.Zero, x))));

    /// <summary>The Taylor series near 0, where 1 − 2 / (e²ˣ + 1) would cancel; that formula elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        TVector one = TLanes.Broadcast(1);
        TVector far = TLanes.Subtract(one, TLanes.Divide(TLanes.Broadcast(2), TLanes.Add(TLanes.Exp(TLanes.Add(x, x)), one)));
        TVector square = TLanes.Multiply(x, x);
        TVector series = TLanes.Broadcast(-1382f / 155925);
        series = TLanes.MultiplyAdd(series, square, TLanes.Broadcast(62f / 2835));
        series = TLanes.MultiplyAdd(series, square, TLanes.Broadcast(-17f / 315));
        series = TLanes.MultiplyAdd(series, square, TLanes.Broadcast(2f / 15));
        series = TLanes.MultiplyAdd(series, square, TLanes.Broadcast(-1f / 3));
        TVector near = TLanes.MultiplyAdd(TLanes.Multiply(series, square), x, x);
        return TLanes.SelectLess(TLanes.Abs(x), TLanes.Broadcast(0.35f), near, far);
    }

    /// <summary>Abramowitz and Stegun 7.1.26: absolute error below 2·10⁻⁷ in the error function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu(TVector x)
    {
        TVector one = TLanes.Broadcast(1);
        TVector z = TLanes.Multiply(TLanes.Abs(x), TLanes.Broadcast(0.70710678f));
        TVector t = TLanes.Divide(one, TLanes.MultiplyAdd(z, TLanes.Broadcast(0.3275911f), one));
        TVector polynomial = TLanes.Broadcast(1.061405429f);
        polynomial = TLanes.MultiplyAdd(polynomial, t, TLanes.Broadcast(-1.453152027f));
        polynomial = TLanes.MultiplyAdd(polynomial, t, TLanes.Broadcast(1.421413741f));
        polynomial = TLanes.MultiplyAdd(polynomial, t, TLanes.Broadcast(-0.284496736f));
        polynomial = TLanes.MultiplyAdd(polynomial, t, TLanes.Broadcast(0.254829592f));
        TVector tail = TLanes.Multiply(TLanes.Multiply(polynomial, t), TLanes.Exp(TLanes.Subtract(TLanes.Zero, TLanes.Multiply(z, z))));
        TVector half = TLanes.Multiply(x, TLanes.Broadcast(0.5f));
        return TLanes.Multiply(half, TLanes.SelectLess(x, TLanes.Zero, tail, TLanes.Subtract(TLanes.Broadcast(2), tail)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector GeluTanh(TVector x)
    {
        TVector cube = TLanes.Multiply(TLanes.Multiply(x, x), x);
        TVector inner = TLanes.Multiply(TLanes.MultiplyAdd(cube, TLanes.Broadcast(0.044715f), x), TLanes.Broadcast(0.79788456f));
        return TLanes.Multiply(TLanes.Multiply(x, TLanes.Broadcast(0.5f)), TLanes.Add(TLanes.Broadcast(1), Tanh(inner)));
    }
}
