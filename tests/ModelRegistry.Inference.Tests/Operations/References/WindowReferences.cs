namespace ModelRegistry.Inference.Tests.Operations.References;

/// <summary>Convolutions, pooling and resizing in any number of dimensions behind batch and channels.</summary>
internal static class WindowReferences
{
    internal static Scalars? Of(OperationCase item) => item.Op switch
    {
        "conv1d" or "conv2d" or "conv3d" => Convolution(item),
        "conv_transpose1d" or "conv_transpose2d" or "conv_transpose3d" => Transposed(item),
        "upsample" => Upsample(item),
        _ when item.Op.Contains("_pool", StringComparison.Ordinal) => item.Op.StartsWith("adaptive", StringComparison.Ordinal) ? Adaptive(item) : Pool(item),
        _ => null,
    };

    private static Scalars Convolution(OperationCase item)
    {
        var (x, weight, groups) = (item.Inputs[0], item.Weight("weight"), item.Integer("groups", 1));
        var rank = x.Shape.Length - 2;
        var (stride, padding, dilation) = (item.Sizes("stride", rank, 1), item.Sizes("padding", rank, 0), item.Sizes("dilation", rank, 1));
        return Scalars.From(item.Output.Shape, o =>
        {
            var sum = item.Flag("bias", true) ? item.Weight("bias").Values[o[1]] : 0;
            foreach (var tap in Scalars.Indices(weight.Shape[1..]))
            {
                var at = Enumerable.Range(0, rank).Select(i => o[2 + i] * stride[i] - padding[i] + tap[1 + i] * dilation[i]).ToArray();
                if (Inside(at, x.Shape))
                    sum += x[[o[0], o[1] / (weight.Shape[0] / groups) * weight.Shape[1] + tap[0], .. at]] * weight[[o[1], .. tap]];
            }

            return sum;
        });
    }

    private static Scalars Transposed(OperationCase item)
    {
        var (x, weight, groups) = (item.Inputs[0], item.Weight("weight"), item.Integer("groups", 1));
        var rank = x.Shape.Length - 2;
        var (stride, padding, dilation) = (item.Sizes("stride", rank, 1), item.Sizes("padding", rank, 0), item.Sizes("dilation", rank, 1));
        var perGroup = x.Shape[1] / groups;
        return Scalars.From(item.Output.Shape, o =>
        {
            var (group, channel) = (o[1] / weight.Shape[1], o[1] % weight.Shape[1]);
            var sum = item.Flag("bias", true) ? item.Weight("bias").Values[o[1]] : 0;
            foreach (var tap in Scalars.Indices(weight.Shape[2..]))
            {
                var scaled = Enumerable.Range(0, rank).Select(i => o[2 + i] + padding[i] - tap[i] * dilation[i]).ToArray();
                if (scaled.Where((at, i) => at % stride[i] != 0).Any())
                    continue;
                var from = scaled.Select((at, i) => at / stride[i]).ToArray();
                for (var c = group * perGroup; Inside(from, x.Shape) && c < (group + 1) * perGroup; c++)
                    sum += x[[o[0], c, .. from]] * weight[[c, channel, .. tap]];
            }

            return sum;
        });
    }

    private static Scalars Pool(OperationCase item)
    {
        var (x, rank) = (item.Inputs[0], item.Inputs[0].Shape.Length - 2);
        var kernel = item.Sizes("kernel", rank, 1);
        var stride = item.Node.TryGetProperty("stride", out _) ? item.Sizes("stride", rank, 1) : kernel;
        var (padding, dilation) = (item.Sizes("padding", rank, 0), item.Sizes("dilation", rank, 1));
        return Scalars.From(item.Output.Shape, o =>
        {
            var values = new List<double>();
            var counted = 0;
            foreach (var tap in Scalars.Indices(kernel))
            {
                var at = Enumerable.Range(0, rank).Select(i => o[2 + i] * stride[i] - padding[i] + tap[i] * dilation[i]).ToArray();
                counted += at.Where((place, i) => place >= x.Shape[2 + i] + padding[i]).Any() ? 0 : 1;
                if (Inside(at, x.Shape))
                    values.Add(x[[o[0], o[1], .. at]]);
            }

            return item.Op.StartsWith("max", StringComparison.Ordinal) ? values.Max() : values.Sum() / (item.Flag("count_include_pad", true) ? counted : values.Count);
        });
    }

    private static Scalars Adaptive(OperationCase item)
    {
        var x = item.Inputs[0];
        return Scalars.From(item.Output.Shape, o =>
        {
            var start = Enumerable.Range(2, o.Length - 2).Select(i => o[i] * x.Shape[i] / item.Output.Shape[i]).ToArray();
            var size = Enumerable.Range(2, o.Length - 2).Select(i => ((o[i] + 1) * x.Shape[i] + item.Output.Shape[i] - 1) / item.Output.Shape[i] - start[i - 2]).ToArray();
            var values = Scalars.Indices(size).Select(tap => x[[o[0], o[1], .. tap.Select((at, i) => at + start[i])]]);
            return item.Op.Contains("avg", StringComparison.Ordinal) ? values.Average() : values.Max();
        });
    }

    private static Scalars Upsample(OperationCase item)
    {
        var x = item.Inputs[0];
        if (item.Text("mode", "nearest") == "nearest")
            return Scalars.From(item.Output.Shape, o => x[o[0], o[1], o[2] * x.Shape[2] / item.Output.Shape[2], o[3] * x.Shape[3] / item.Output.Shape[3]]);
        return Scalars.From(item.Output.Shape, o =>
        {
            var (top, bottom, v) = Between(o[2], x.Shape[2], item.Output.Shape[2]);
            var (left, right, h) = Between(o[3], x.Shape[3], item.Output.Shape[3]);
            return (1 - v) * ((1 - h) * x[o[0], o[1], top, left] + h * x[o[0], o[1], top, right])
                + v * ((1 - h) * x[o[0], o[1], bottom, left] + h * x[o[0], o[1], bottom, right]);
        });
    }

    private static (int, int, double) Between(int index, int input, int output)
    {
        var source = Math.Max((index + 0.5) * input / output - 0.5, 0);
        var first = Math.Min((int)source, input - 1);
        return (first, Math.Min(first + 1, input - 1), source - first);
    }

    private static bool Inside(int[] at, int[] shape) => at.Select((place, i) => place >= 0 && place < shape[2 + i]).All(inside => inside);
}
