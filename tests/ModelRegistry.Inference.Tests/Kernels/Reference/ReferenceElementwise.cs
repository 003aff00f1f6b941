using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Tests.Kernels.Reference;

/// <summary>Activations and broadcasting arithmetic, computed in double precision and rounded once.</summary>
internal static class ReferenceElementwise
{
    public static void Apply(Activation activation, ReadOnlySpan<float> input, Span<float> output)
    {
        ShapeArithmetic.Expect(output.Length, input.Length, "output");
        for (int i = 0; i < input.Length; i++)
            output[i] = (float)Apply(activation, (double)input[i]);
    }

    public static double Apply(Activation activation, double x) => activation switch
    {
        Activation.None => x,
        Activation.Relu => Math.Max(x, 0),
        Activation.Relu6 => Math.Min(Math.Max(x, 0), 6),
        Activation.HardSwish => x * Math.Min(Math.Max(x + 3, 0), 6) / 6,
        Activation.HardSigmoid => Math.Min(Math.Max(x + 3, 0), 6) / 6,
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.Gelu => 0.5 * x * Erfc(-x / Math.Sqrt(2)),
        Activation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    /// <summary>Complementary error function: the power series near 0, Lentz's continued fraction beyond (Numerical Recipes §6.2).</summary>
    public static double Erfc(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (Math.Abs(x) < 2.5)
        {
            double term = x, sum = x;
            for (int n = 1; n < 100 && Math.Abs(term) > 1e-20; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }

        double z = Math.Abs(x);
        double fraction = 0;
        for (int n = 60; n >= 1; n--)
            fraction = n / 2.0 / (z + fraction);
        double tail = z > 27 ? 0 : Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction);
        return x > 0 ? tail : 2 - tail;
    }

    public static void Add(BroadcastShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output)
    {
        Check(shape, left, right, output);
        for (int i = 0; i < output.Length; i++)
        {
            (int l, int r) = shape.Locate(i);
            output[i] = left[l] + right[r];
        }
    }

    public static void Multiply(BroadcastShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output)
    {
        Check(shape, left, right, output);
        for (int i = 0; i < output.Length; i++)
        {
            (int l, int r) = shape.Locate(i);
            output[i] = left[l] * right[r];
        }
    }

    private static void Check(BroadcastShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output)
    {
        ShapeArithmetic.Expect(left.Length, shape.LeftLength, "left");
        ShapeArithmetic.Expect(right.Length, shape.RightLength, "right");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
    }
}
