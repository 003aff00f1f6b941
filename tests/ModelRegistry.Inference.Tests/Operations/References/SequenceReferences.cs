namespace ModelRegistry.Inference.Tests.Operations.References;

/// <summary>Rotary positions and recurrent networks, as PyTorch's documentation writes them.</summary>
internal static class SequenceReferences
{
    internal static Scalars? Of(OperationCase item) => item.Op switch
    {
        "rotary" => Scalars.From(item.Output.Shape, o => Turned(item, item.Inputs[0], o)),
        "lstm" or "gru" or "rnn_tanh" or "rnn_relu" => Recurrent(item),
        _ => null,
    };

    private static double Turned(OperationCase item, Scalars x, int[] index)
    {
        var width = item.Integer("width", x.Shape[3]);
        var e = index[3];
        if (e >= width)
            return x[index];
        var interleaved = item.Flag("interleaved");
        var (pair, isSecond) = interleaved ? (e / 2, e % 2 == 1) : (e % (width / 2), e >= width / 2);
        var (first, second) = interleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + width / 2);
        var angle = (item.Integer("start", 0) + index[2]) * Math.Pow(item.Number("base", 10000), -2.0 * pair / width);
        var (a, b) = (x[index.With(3, first)], x[index.With(3, second)]);
        return isSecond ? b * Math.Cos(angle) + a * Math.Sin(angle) : a * Math.Cos(angle) - b * Math.Sin(angle);
    }

    private static Scalars Recurrent(OperationCase item)
    {
        var x = item.Inputs[0];
        var (layers, directions, batchFirst) = (item.Integer("layers", 1), item.Flag("bidirectional") ? 2 : 1, item.Flag("batch_first", true));
        var (batch, steps) = batchFirst ? (x.Shape[0], x.Shape[1]) : (x.Shape[1], x.Shape[0]);
        var hidden = item.Weight("weight_hh_l0").Shape[1];
        double[,][] below = new double[batch, steps][];
        for (var n = 0; n < batch; n++)
            for (var t = 0; t < steps; t++)
                below[n, t] = [.. Enumerable.Range(0, x.Shape[2]).Select(f => batchFirst ? x[n, t, f] : x[t, n, f])];
        var last = new List<(int Layer, int Sequence, double[] Hidden, double[] Cell)>();
        for (var layer = 0; layer < layers; layer++)
        {
            var above = new double[batch, steps][];
            for (var direction = 0; direction < directions; direction++)
            {
                var (suffix, number) = ($"_l{layer}{(direction == 1 ? "_reverse" : "")}", layer * directions + direction);
                for (var n = 0; n < batch; n++)
                {
                    double[] h = First(item, 1, number, n, hidden), c = First(item, 2, number, n, hidden);
                    for (var step = 0; step < steps; step++)
                    {
                        var t = direction == 1 ? steps - 1 - step : step;
                        (h, c) = Next(item, suffix, below[n, t], h, c);
                        above[n, t] = [.. above[n, t] ?? [], .. h];
                    }

                    last.Add((number, n, h, c));
                }
            }

            below = above;
        }

        var yields = item.Text("yields", "sequence");
        return Scalars.From(item.Output.Shape, o => yields == "sequence"
            ? batchFirst ? below[o[0], o[1]][o[2]] : below[o[1], o[0]][o[2]]
            : last.Single(state => state.Layer == o[0] && state.Sequence == o[1]) is var state && yields == "cell" ? state.Cell[o[2]] : state.Hidden[o[2]]);
    }

    private static double[] First(OperationCase item, int input, int layer, int sequence, int hidden) =>
        [.. Enumerable.Range(0, hidden).Select(i => input < item.Inputs.Count ? item.Inputs[input][layer, sequence, i] : 0)];

    private static (double[] Hidden, double[] Cell) Next(OperationCase item, string suffix, double[] x, double[] h, double[] c)
    {
        var (fromInput, fromState) = (Product(item, "ih" + suffix, x), Product(item, "hh" + suffix, h));
        double Gate(int gate, int i) => fromInput[gate * h.Length + i] + fromState[gate * h.Length + i];
        var (next, cell) = (new double[h.Length], new double[h.Length]);
        for (var i = 0; i < h.Length; i++)
        {
            switch (item.Op)
            {
                case "lstm":
                    cell[i] = ElementReferences.Sigmoid(Gate(1, i)) * c[i] + ElementReferences.Sigmoid(Gate(0, i)) * Math.Tanh(Gate(2, i));
                    next[i] = ElementReferences.Sigmoid(Gate(3, i)) * Math.Tanh(cell[i]);
                    break;
                case "gru":
                    var fresh = Math.Tanh(fromInput[2 * h.Length + i] + ElementReferences.Sigmoid(Gate(0, i)) * fromState[2 * h.Length + i]);
                    next[i] = (1 - ElementReferences.Sigmoid(Gate(1, i))) * fresh + ElementReferences.Sigmoid(Gate(1, i)) * h[i];
                    break;
                default:
                    next[i] = item.Op == "rnn_tanh" ? Math.Tanh(Gate(0, i)) : Math.Max(Gate(0, i), 0);
                    break;
            }
        }

        return (next, cell);
    }

    private static double[] Product(OperationCase item, string name, double[] values)
    {
        var weight = item.Weight("weight_" + name);
        return [.. Enumerable.Range(0, weight.Shape[0]).Select(row =>
            (item.Flag("bias", true) ? item.Weight("bias_" + name).Values[row] : 0) + values.Select((value, column) => value * weight[row, column]).Sum())];
    }
}
