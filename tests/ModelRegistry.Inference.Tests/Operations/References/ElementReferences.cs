namespace ModelRegistry.Inference.Tests.Operations.References;

/// <summary>Functions of each element, and of two or three tensors element by element.</summary>
internal static class ElementReferences
{
    internal static Scalars? Of(OperationCase item)
    {
        if (item.Inputs.Count == 1 && One(item) is { } function)
            return item.Inputs[0] with { Values = [.. item.Inputs[0].Values.Select(function)] };
        if (Two(item.Op) is { } pairing)
            return Scalars.From(item.Output.Shape, index => pairing(item.Inputs[0].Repeated(index), item.Inputs[1].Repeated(index)));
        return item.Op switch
        {
            "where" => Scalars.From(item.Output.Shape, index => (item.Inputs[0].Repeated(index) != 0 ? item.Inputs[1] : item.Inputs[2]).Repeated(index)),
            "prelu" => Scalars.From(item.Output.Shape, index => item.Inputs[0][index] is var x && x > 0 ? x : x * Slope(item.Weight("weight"), index[1])),
            "constant" => item.Inputs[0] with { Values = [.. item.Inputs[0].Values.Select(x => x * 2.5)] },
            _ => null,
        };
    }

    private static double Slope(Scalars weight, int channel) => weight.Values[weight.Values.Length == 1 ? 0 : channel];

    private static Func<double, double, double>? Two(string op) => op switch
    {
        "add" => (a, b) => a + b,
        "sub" => (a, b) => a - b,
        "mul" => (a, b) => a * b,
        "div" => (a, b) => a / b,
        "maximum" => Math.Max,
        "minimum" => Math.Min,
        "less" => (a, b) => a < b ? 1 : 0,
        "equal" => (a, b) => a == b ? 1 : 0,
        _ => null,
    };

    private static Func<double, double>? One(OperationCase item)
    {
        var alpha = item.Number("alpha", 1);
        return item.Op switch
        {
            "relu" => x => Math.Max(x, 0),
            "relu6" => x => Math.Clamp(x, 0, 6),
            "hardswish" => x => x * Math.Clamp(x + 3, 0, 6) / 6,
            "hardsigmoid" => x => Math.Clamp(x + 3, 0, 6) / 6,
            "silu" => x => x * Sigmoid(x),
            "gelu" when item.Text("approximate", "none") == "tanh" => x => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
            "gelu" => x => x / 2 * Kernels.Reference.ReferenceElementwise.Erfc(-x / Math.Sqrt(2)),
            "sigmoid" => Sigmoid,
            "tanh" => Math.Tanh,
            "leaky_relu" => x => x > 0 ? x : x * item.Number("negative_slope", 0.01),
            "elu" => x => x > 0 ? x : alpha * (Math.Exp(x) - 1),
            "celu" => x => x > 0 ? x : alpha * (Math.Exp(x / alpha) - 1),
            "selu" => x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1)),
            "mish" => x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
            "softplus" => x => x * item.Number("beta", 1) > item.Number("threshold", 20) ? x : Math.Log(1 + Math.Exp(x * item.Number("beta", 1))) / item.Number("beta", 1),
            "softsign" => x => x / (1 + Math.Abs(x)),
            "log_sigmoid" => x => x < -30 ? x : -Math.Log(1 + Math.Exp(-x)),
            "clamp" => x => Math.Min(Math.Max(x, item.Number("min", double.NegativeInfinity)), item.Number("max", double.PositiveInfinity)),
            "pow" => x => Math.Pow(x, item.Number("exponent", 1)),
            "sqrt" => Math.Sqrt,
            "rsqrt" => x => 1 / Math.Sqrt(x),
            "exp" => Math.Exp,
            "log" => Math.Log,
            "abs" => Math.Abs,
            "sin" => Math.Sin,
            "cos" => Math.Cos,
            "scale" => x => x * item.Number("factor", 1) + item.Number("offset", 0),
            "identity" => x => x,
            _ => null,
        };
    }

    internal static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
