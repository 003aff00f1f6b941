namespace ModelRegistry.Inference.Tests.Operations.References;

/// <summary>Normalisations and softmaxes.</summary>
internal static class NormReferences
{
    internal static Scalars? Of(OperationCase item)
    {
        var x = item.Inputs[0];
        return item.Op switch
        {
            "batch_norm" => Scalars.From(x.Shape, i => Affine(
                item, (x[i] - item.Weight("running_mean").Values[i[1]]) / Math.Sqrt(item.Weight("running_var").Values[i[1]] + item.Number("eps", 1e-5)), i[1], item.Flag("affine", true))),
            "layer_norm" => Scalars.From(x.Shape, i => Affine(item, Standard(item, x, i, [i.Length - 1]), i[^1], true)),
            "group_norm" => Scalars.From(x.Shape, i => Affine(item, Grouped(item, x, i, item.Integer("groups", 1)), i[1], true)),
            "instance_norm" => Scalars.From(x.Shape, i => Affine(item, Grouped(item, x, i, x.Shape[1]), i[1], item.Flag("affine"))),
            "rms_norm" => Scalars.From(x.Shape, i =>
                x[i] / Math.Sqrt(Line(x, i, i.Length - 1).Average(v => v * v) + item.Number("eps", 1e-6)) * item.Weight("weight").Values[i[^1]]),
            "normalize" => Scalars.From(x.Shape, i => x[i] / Math.Max(Math.Sqrt(Line(x, i, item.Axis(1, i.Length)).Sum(v => v * v)), item.Number("eps", 1e-12))),
            "softmax" => Scalars.From(x.Shape, i => Math.Exp(x[i] - LogSum(Line(x, i, item.Axis(-1, i.Length))))),
            "log_softmax" => Scalars.From(x.Shape, i => x[i] - LogSum(Line(x, i, item.Axis(-1, i.Length)))),
            "masked_softmax" => Masked(item, x),
            _ => null,
        };
    }

    private static Scalars Masked(OperationCase item, Scalars x)
    {
        var hidden = Scalars.From(x.Shape, i => item.Inputs[1].Repeated(i) == 0 ? double.NegativeInfinity : x[i]);
        return Scalars.From(x.Shape, i => Math.Exp(hidden[i] - LogSum(Line(hidden, i, item.Axis(-1, i.Length)))));
    }

    private static double Grouped(OperationCase item, Scalars x, int[] index, int groups)
    {
        var size = x.Shape[1] / groups;
        var values = Scalars.Indices(x.Shape).Where(i => i[0] == index[0] && i[1] / size == index[1] / size).Select(i => x[i]).ToList();
        return Standard(item, x[index], values);
    }

    private static double Standard(OperationCase item, Scalars x, int[] index, int[] axes) => Standard(item, x[index], [.. Line(x, index, axes[0])]);

    private static double Standard(OperationCase item, double value, List<double> values)
    {
        var mean = values.Average();
        return (value - mean) / Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) + item.Number("eps", 1e-5));
    }

    private static double Affine(OperationCase item, double value, int channel, bool present) =>
        present ? value * item.Weight("weight").Values[channel] + item.Weight("bias").Values[channel] : value;

    private static double LogSum(IEnumerable<double> line)
    {
        var values = line.ToList();
        var largest = values.Max();
        return largest + Math.Log(values.Sum(value => Math.Exp(value - largest)));
    }

    private static IEnumerable<double> Line(Scalars x, int[] index, int axis) => Enumerable.Range(0, x.Shape[axis]).Select(at => x[index.With(axis, at)]);
}
