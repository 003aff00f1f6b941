using System.Runtime.CompilerServices;

namespace ModelRegistry.Inference.Kernels;

/// <summary>The functions of <see cref="ElementMap"/>, as PyTorch defines them.</summary>
internal static class ElementFunctions
{
    /// <summary>x where x &gt; 0, else slope · x.</summary>
    public readonly struct LeakyRelu : IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float Apply(float x, float first, float second) => x > 0 ? x : x * first;
    }

    /// <summary>x where x &gt; 0, else alpha (eˣ − 1).</summary>
    public readonly struct Elu : IElementFunction
    {
        public static float Apply(float x, float first, float second) => x > 0 ? x : first * ExpMinusOne(x);
    }

    /// <summary>x where x &gt; 0, else alpha (e^(x / alpha) − 1).</summary>
    public readonly struct Celu : IElementFunction
    {
        public static float Apply(float x, float first, float second) => x > 0 ? x : first * ExpMinusOne(x / first);
    }

    /// <summary>ELU with the two constants that keep mean and variance (Klambauer et al. 2017).</summary>
    public readonly struct Selu : IElementFunction
    {
        public static float Apply(float x, float first, float second) =>
            1.0507009873554805f * (x > 0 ? x : 1.6732632423543772f * ExpMinusOne(x));
    }

    /// <summary>x · tanh(softplus(x))</summary>
    public readonly struct Mish : IElementFunction
    {
        public static float Apply(float x, float first, float second) => x * MathF.Tanh(Softplus.Apply(x, 1, 20));
    }

    /// <summary>log(1 + e^(beta x)) / beta; x itself where beta x exceeds the threshold.</summary>
    public readonly struct Softplus : IElementFunction
    {
        public static float Apply(float x, float first, float second) => x * first > second ? x : LogOnePlus(MathF.Exp(x * first)) / first;
    }

    /// <summary>x / (1 + |x|)</summary>
    public readonly struct Softsign : IElementFunction
    {
        public static float Apply(float x, float first, float second) => x / (1 + MathF.Abs(x));
    }

    /// <summary>log(sigmoid(x)), without overflow on either side.</summary>
    public readonly struct LogSigmoid : IElementFunction
    {
        public static float Apply(float x, float first, float second) => MathF.Min(x, 0) - LogOnePlus(MathF.Exp(-MathF.Abs(x)));
    }

    /// <summary>Not below the first constant, not above the second; NaN stays NaN.</summary>
    public readonly struct Clamp : IElementFunction
    {
        public static float Apply(float x, float first, float second) => MathF.Min(MathF.Max(x, first), second);
    }

    public readonly struct Pow : IElementFunction
    {
        public static float Apply(float x, float first, float second) => first == 2 ? x * x : MathF.Pow(x, first);
    }

    public readonly struct Sqrt : IElementFunction
    {
        public static float Apply(float x, float first, float second) => MathF.Sqrt(x);
    }

    /// <summary>1 / √x</summary>
    public readonly struct ReciprocalSqrt : IElementFunction
    {
        public static float Apply(float x, float first, float second) => 1 / MathF.Sqrt(x);
    }

    public readonly struct Exp : IElementFunction
    {
        public static float Apply(float x, float first, float second) => MathF.Exp(x);
    }

    public readonly struct Log : IElementFunction
    {
        public static float Apply(float x, float first, float second) => MathF.Log(x);
    }

    public readonly struct Abs : IElementFunction
    {
        public static float Apply(float x, float first, float second) => MathF.Abs(x);
    }

    public readonly struct Sin : IElementFunction
    {
        public static float Apply(float x, float first, float second) => MathF.Sin(x);
    }

    public readonly struct Cos : IElementFunction
    {
        public static float Apply(float x, float first, float second) => MathF.Cos(x);
    }

    /// <summary>x · factor + offset</summary>
    public readonly struct Scale : IElementFunction
    {
        public static float Apply(float x, float first, float second) => (x * first) + second;
    }

    // Near 0 the subtraction would cancel: the first terms of the series instead.
    private static float ExpMinusOne(float x) => MathF.Abs(x) < 1e-2f ? x * (1 + (x * (0.5f + (x * (1f / 6 + (x / 24)))))) : MathF.Exp(x) - 1;

    private static float LogOnePlus(float x) => MathF.Abs(x) < 1e-2f ? x * (1 - (x * (0.5f - (x * (1f / 3 - (x / 4)))))) : MathF.Log(1 + x);
}
