namespace ModelRegistry.Inference.Tests.Operations.References;

/// <summary>Products, look-ups and attention.</summary>
internal static class MatrixReferences
{
    internal static Scalars? Of(OperationCase item)
    {
        var x = item.Inputs[0];
        return item.Op switch
        {
            "linear" => Scalars.From(item.Output.Shape, o =>
                item.Weight("bias").Values[o[^1]] + Enumerable.Range(0, x.Shape[^1]).Sum(k => x[o.With(o.Length - 1, k)] * item.Weight("weight")[o[^1], k])),
            "matmul" => Scalars.From(item.Output.Shape, o => Enumerable.Range(0, x.Shape[^1]).Sum(k =>
                x[o.With(o.Length - 1, k)] * item.Inputs[1][[.. o.AsSpan(0, o.Length - 2), .. item.Flag("transpose") ? new[] { o[^1], k } : [k, o[^1]]]])),
            "embedding" => Scalars.From(item.Output.Shape, o => item.Weight("weight")[(int)x[o.AsSpan(0, o.Length - 1)], o[^1]]),
            "embedding_bag" => Scalars.From(item.Output.Shape, o => Bag(item, o[0], o[1])),
            "attention" => Attention(item),
            _ => null,
        };
    }

    private static double Bag(OperationCase item, int bag, int feature)
    {
        var x = item.Inputs[0];
        IEnumerable<double> indices = item.Inputs is [_, var cuts]
            ? x.Values[(int)cuts.Values[bag]..(bag + 1 < cuts.Values.Length ? (int)cuts.Values[bag + 1] : x.Values.Length)]
            : Enumerable.Range(0, x.Shape[1]).Select(i => x[bag, i]);
        var rows = indices.Select(index => item.Weight("weight")[(int)index, feature]).DefaultIfEmpty();
        return item.Text("mode", "mean") switch { "sum" => rows.Sum(), "max" => rows.Max(), _ => rows.Average() };
    }

    private static Scalars Attention(OperationCase item)
    {
        var (q, k, v) = (item.Inputs[0], item.Inputs[1], item.Inputs[2]);
        var shared = q.Shape[1] / k.Shape[1];
        var scale = item.Number("scale", 1 / Math.Sqrt(q.Shape[3]));
        return Scalars.From(item.Output.Shape, o =>
        {
            var scores = Enumerable.Range(0, k.Shape[2]).Select(s =>
            {
                var score = scale * Enumerable.Range(0, q.Shape[3]).Sum(e => q[o[0], o[1], o[2], e] * k[o[0], o[1] / shared, s, e]);
                var mask = item.Inputs.Count > 3 ? item.Inputs[3].Repeated([o[0], o[1], o[2], s]) : 0;
                var hidden = (item.Flag("causal") && s > o[2]) || (item.Inputs.Count > 3 && item.Text("mask", "keep") == "keep" && mask == 0);
                return hidden ? double.NegativeInfinity : item.Text("mask", "keep") == "add" ? score + mask : score;
            }).ToList();
            var weights = scores.Select(score => Math.Exp(score - scores.Max())).ToList();
            return weights.Select((weight, s) => weight * v[o[0], o[1] / shared, s, o[3]]).Sum() / weights.Sum();
        });
    }
}
