namespace ModelRegistry.Inference.Tests.Operations.References;

/// <summary>Where each element comes from, and reductions.</summary>
internal static class LayoutReferences
{
    internal static Scalars? Of(OperationCase item)
    {
        var x = item.Inputs[0];
        var shape = item.Output.Shape;
        return item.Op switch
        {
            "flatten" or "reshape" or "squeeze" or "unsqueeze" => x with { Shape = shape },
            "permute" => Scalars.From(shape, o => item.Sizes("order", 0, 0) is var order ? x[[.. Enumerable.Range(0, o.Length).Select(axis => o[Array.IndexOf(order, axis)])]] : 0),
            "flip" => Scalars.From(shape, o => item.Axis(-1, o.Length) is var axis ? x[o.With(axis, shape[axis] - 1 - o[axis])] : 0),
            "slice" => Scalars.From(shape, o => item.Axis(1, o.Length) is var axis ? x[o.With(axis, o[axis] + item.Integer("start", 0))] : 0),
            "parameter" => item.Output,
            "expand" => Scalars.From(shape, o => x[o.With(item.Axis(0, o.Length), 0)]),
            "concat" => Scalars.From(shape, o => item.Axis(1, o.Length) is var axis && o[axis] < x.Shape[axis] ? x[o] : item.Inputs[1][o.With(axis, o[axis] - x.Shape[axis])]),
            "pixel_shuffle" => item.Integer("factor", 1) is var f ? Scalars.From(shape, o => x[o[0], (o[1] * f + o[2] % f) * f + o[3] % f, o[2] / f, o[3] / f]) : null,
            "pixel_unshuffle" => item.Integer("factor", 1) is var f ? Scalars.From(shape, o => x[o[0], o[1] / (f * f), o[2] * f + o[1] / f % f, o[3] * f + o[1] % f]) : null,
            "channel_shuffle" => item.Integer("groups", 1) is var g ? Scalars.From(shape, o => x[o[0], o[1] % g * (shape[1] / g) + o[1] / g, o[2], o[3]]) : null,
            "pad" => Scalars.From(shape, o => Padded(item, x, o)),
            "mean" or "sum" or "max" or "min" => Reduced(item, x),
            _ => null,
        };
    }

    private static double Padded(OperationCase item, Scalars x, int[] index)
    {
        var (pads, at) = (item.Sizes("pads", 0, 0), (int[])index.Clone());
        for (var axis = 0; axis < at.Length; axis++)
        {
            var (size, fromEnd) = (x.Shape[axis], at.Length - 1 - axis);
            at[axis] -= 2 * fromEnd < pads.Length ? pads[2 * fromEnd] : 0;
            if (at[axis] >= 0 && at[axis] < size)
                continue;
            switch (item.Text("mode", "constant"))
            {
                case "constant":
                    return item.Number("value", 0);
                case "replicate":
                    at[axis] = Math.Clamp(at[axis], 0, size - 1);
                    break;
                case "circular":
                    at[axis] = (at[axis] + size) % size;
                    break;
                default:
                    at[axis] = at[axis] < 0 ? -at[axis] : 2 * (size - 1) - at[axis];
                    break;
            }
        }

        return x[at];
    }

    private static Scalars Reduced(OperationCase item, Scalars x)
    {
        var axis = item.Axis(1, x.Shape.Length);
        return Scalars.From(item.Output.Shape, o =>
        {
            int[] index = item.Flag("keep") ? o : [.. o[..axis], 0, .. o[axis..]];
            var line = Enumerable.Range(0, x.Shape[axis]).Select(at => x[index.With(axis, at)]);
            return item.Op switch { "mean" => line.Average(), "sum" => line.Sum(), "max" => line.Max(), _ => line.Min() };
        });
    }
}
