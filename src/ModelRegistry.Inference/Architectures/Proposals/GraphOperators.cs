namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>Operators that TorchScript and ONNX have in common, as nodes of the vocabulary.</summary>
internal sealed class GraphOperators(ProposedGraph graph)
{
    internal ProposedValue Convolution(ProposedValue x, string weight, string? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        var dimensions = graph.Weights.Shape(weight)!.Count - 2;
        // Batches may be left out in PyTorch; the vocabulary has them always.
        if (x.Rank != dimensions + 2) throw ScriptProgram.Lost($"a convolution of {dimensions} dimensions takes a tensor of {x.Rank}");
        if (bias is not null && !graph.CanName(Weighted(weight, bias)))
            return graph.Add("add", [Convolution(x, weight, null, stride, padding, dilation, groups), Channels(bias, dimensions)]);
        return graph.Add($"conv{dimensions}d", [x], Weighted(weight, bias), ("kernel", graph.Weights.Shape(weight)!.Skip(2).ToArray()), ("stride", stride), ("padding", padding), ("dilation", dilation), ("groups", groups), ("bias", bias is not null));
    }

    internal ProposedValue Transposed(ProposedValue x, string weight, string? bias, long[] stride, long[] padding, long[] more, long[] dilation, long groups)
    {
        var dimensions = graph.Weights.Shape(weight)!.Count - 2;
        return graph.Add($"conv_transpose{dimensions}d", [x], Weighted(weight, bias), ("stride", stride), ("padding", padding), ("output_padding", more), ("dilation", dilation), ("groups", groups), ("bias", bias is not null));
    }

    internal ProposedValue Linear(ProposedValue x, string weight, string? bias) => bias is not null && !graph.CanName(Weighted(weight, bias))
        ? graph.Add("add", [Linear(x, weight, null), graph.Parameter(bias)])
        : graph.Add("linear", [x], Weighted(weight, bias), ("bias", bias is not null));

    internal ProposedValue BatchNorm(ProposedValue x, string? weight, string? bias, string mean, string variance, double eps)
    {
        (string, string)[] statistics = [("running_mean", mean), ("running_var", variance)];
        (string, string)[] tensors = weight is null ? statistics : [("weight", weight), ("bias", bias!), .. statistics];
        if (graph.CanName(tensors)) return graph.Add("batch_norm", [x], tensors, ("eps", eps), ("affine", weight is not null));

        // Written out, where exporters let several layers share what is equal in them.
        var dimensions = x.Rank - 2;
        var centred = graph.Add("sub", [x, Channels(mean, dimensions)]);
        var result = graph.Add("mul", [centred, graph.Add("rsqrt", [graph.Add("scale", [Channels(variance, dimensions)], null, ("offset", eps))])]);
        return weight is null ? result : graph.Add("add", [graph.Add("mul", [result, Channels(weight, dimensions)]), Channels(bias!, dimensions)]);
    }

    internal ProposedValue LayerNorm(ProposedValue x, string weight, string? bias, double eps) => graph.Add("layer_norm", [x], Weighted(weight, bias), ("eps", eps), ("bias", bias is not null));

    internal ProposedValue Clamp(ProposedValue x, double? least, double? largest) =>
        least == 0 && largest == 6 ? graph.Add("relu6", [x]) : least == 0 && largest is null ? graph.Add("relu", [x]) : graph.Add("clamp", [x], null, ("min", least), ("max", largest));

    internal ProposedValue Concat(IReadOnlyList<ProposedValue> values, long axis) => values.Count == 1 ? values[0] : graph.Add("concat", values, null, ("axis", axis));

    /// <summary>Two tensors, or a tensor and a number.</summary>
    internal ProposedValue Pair(string operation, object left, object right) => (operation, left, right) switch
    {
        ("add" or "mul", double n, ProposedValue x) => Pair(operation, x, n),
        ("add", ProposedValue x, double n) => n == 0 ? x : graph.Add("scale", [x], null, ("offset", n)),
        ("sub", ProposedValue x, double n) => graph.Add("scale", [x], null, ("offset", -n)),
        ("sub", double n, ProposedValue x) => graph.Add("scale", [x], null, ("factor", -1.0), ("offset", n)),
        ("mul", ProposedValue x, double n) => graph.Add("scale", [x], null, ("factor", n)),
        ("div", ProposedValue x, double n) => graph.Add("scale", [x], null, ("factor", 1 / n)),
        _ => graph.Add(operation, [left as ProposedValue ?? graph.Constant((double)left), right as ProposedValue ?? graph.Constant((double)right)]),
    };

    /// <summary>Sizes that depend on the input are those of the dimension at their place, or what is left.</summary>
    internal ProposedValue Reshape(ProposedValue x, IReadOnlyList<(long Small, long Large)> shape)
    {
        var sizes = new long[shape.Count];
        for (var i = 0; i < sizes.Length; i++)
        {
            var (small, large) = shape[i];
            sizes[i] = small == -1 ? -1 : small == large && small > 0 ? small : i < x.Rank && x.Small[i] == small && x.Large[i] == large ? 0 : -2;
        }

        // A size that is not at its place is found as what is left; where the file leaves one open that is fixed after all, its number stands there.
        if (sizes.Contains(-2))
        {
            if (sizes.Count(size => size == -2) > 1) throw ScriptProgram.Lost("a tensor is reshaped by more than one size that depends on the input");
            if (Array.IndexOf(sizes, -1) is >= 0 and var open)
            {
                var (small, large) = (Left(x.Small, shape.Select(s => s.Small)), Left(x.Large, shape.Select(s => s.Large)));
                sizes[open] = small == large ? small : open < x.Rank && x.Small[open] == small && x.Large[open] == large ? 0 : throw ScriptProgram.Lost("a tensor is reshaped by more than one size that depends on the input");
            }

            sizes[Array.IndexOf(sizes, -2)] = -1;
        }

        return graph.Add("reshape", [x], null, ("shape", sizes));
    }

    internal ProposedValue Transpose(ProposedValue x, long one, long other)
    {
        var order = Enumerable.Range(0, x.Rank).Select(i => (long)i).ToArray();
        var (a, b) = (x.Axis(one), x.Axis(other));
        if (a < 0 || b < 0 || a >= x.Rank || b >= x.Rank) throw ScriptProgram.Lost("a dimension is turned that is not there");
        (order[a], order[b]) = (b, a);
        return a == b ? x : graph.Add("permute", [x], null, ("order", order));
    }

    internal ProposedValue Slice(ProposedValue x, long axis, (long Small, long Large) start, (long Small, long Large)? end, long step)
    {
        if (step != 1) throw ScriptProgram.Lost("a slice leaves elements out");
        var at = x.Axis(axis);
        var (size, larger) = (x.Small[at], x.Large[at]);
        start = (Place(start.Small, size), Place(start.Large, larger));
        var (stop, last) = end is { } given ? (Place(given.Small, size), Place(given.Large, larger)) : (size, larger);
        if (start == (0, 0) && stop == size && last == larger) return x;
        if (start.Small != start.Large) throw ScriptProgram.Lost("a slice begins where the size of the input says");
        if (stop == size && last == larger) return graph.Add("slice", [x], null, ("axis", (long)at), ("start", start.Small));
        var (length, longer) = (stop - start.Small, last - start.Large);
        if (length == longer) return graph.Add("slice", [x], null, ("axis", (long)at), ("start", start.Small), ("length", length));
        // As many as an input has along a dimension, such as positions of a sequence.
        return graph.Like(length, longer) is { } like
            ? graph.Add("slice", [x, like.Value], null, ("axis", (long)at), ("start", start.Small), ("like_axis", (long)like.Axis))
            : throw ScriptProgram.Lost("a slice is as long as a computed size says");
    }

    internal ProposedValue Select(ProposedValue x, long axis, long index)
    {
        var at = x.Axis(axis);
        if (index < 0 && !x.IsFixed(at)) return graph.Add("squeeze", [graph.Add("slice", [graph.Add("flip", [x], null, ("axis", (long)at))], null, ("axis", (long)at), ("start", -index - 1), ("length", 1L))], null, ("axis", (long)at));
        var from = index < 0 ? index + x.Small[at] : index;
        return graph.Add("squeeze", [x.Small[at] == 1 && x.IsFixed(at) ? x : graph.Add("slice", [x], null, ("axis", (long)at), ("start", from), ("length", 1L))], null, ("axis", (long)at));
    }

    internal IEnumerable<ProposedValue> Chunks(ProposedValue x, long count, long axis)
    {
        var size = FixedSize(x, axis);
        return count < 1 ? throw ScriptProgram.Lost("a tensor is taken into no parts") : Split(x, null, (size + count - 1) / count, axis);
    }

    internal IReadOnlyList<ProposedValue> Split(ProposedValue x, long[]? sizes, long each, long axis)
    {
        var size = FixedSize(x, axis);
        if (sizes is null && each < 1) throw ScriptProgram.Lost("a tensor is taken into no parts");
        sizes ??= [.. Enumerable.Range(0, (int)((size + each - 1) / each)).Select(i => Math.Min(each, size - (i * each)))];
        var starts = sizes.Select((_, i) => sizes.Take(i).Sum()).ToArray();
        return [.. sizes.Zip(starts, (length, start) => graph.Add("slice", [x], null, ("axis", axis), ("start", start), ("length", length)))];
    }

    internal ProposedValue Reduce(string operation, ProposedValue x, long[]? axes, bool keep)
    {
        var from = (axes is null or [] ? Enumerable.Range(0, x.Rank) : axes.Select(x.Axis)).OrderDescending().ToArray();
        return from.Aggregate(x, (value, axis) => graph.Add(operation, [value], null, ("axis", (long)axis), ("keep", keep)));
    }

    internal ProposedValue Resize(ProposedValue x, IReadOnlyList<object?>? size, bool bilinear, bool corners, double[]? scales)
    {
        var mode = bilinear ? "bilinear" : "nearest";
        if (size is not null)
        {
            var pairs = ScriptNumbers.Pairs(size.ToList());
            if (pairs.All(pair => pair.Small == pair.Large)) return graph.Add("upsample", [x], null, ("size", pairs.Select(pair => pair.Small).ToArray()), ("mode", mode), ("align_corners", corners));
            return pairs.Count == 2 && graph.LikePicture(pairs) is { } like
                ? graph.Add("upsample", [x, like], null, ("mode", mode), ("align_corners", corners))
                : throw ScriptProgram.Lost("a picture is resized to a computed size");
        }

        return scales is not null && scales.All(scale => scale >= 1 && scale == Math.Floor(scale))
            ? graph.Add("upsample", [x], null, ("scale", scales.Select(scale => (long)scale).ToArray()), ("mode", mode), ("align_corners", corners))
            : throw ScriptProgram.Lost("a picture is resized by a broken factor");
    }

    internal ProposedValue Expand(ProposedValue x, IReadOnlyList<(long Small, long Large)> shape)
    {
        while (x.Rank < shape.Count) x = graph.Add("unsqueeze", [x], null, ("axis", 0L));
        for (var i = 0; i < shape.Count; i++)
        {
            var (small, large) = shape[i];
            if (small == -1 || (small == x.Small[i] && large == x.Large[i])) continue;
            var like = graph.Like(small, large, i) ?? throw ScriptProgram.Lost("a tensor is repeated to a computed size");
            x = graph.Add("expand", [x, like.Value], null, ("axis", (long)i));
        }

        return x;
    }

    // One number for each channel, beside [N, C, …].
    private ProposedValue Channels(string name, int dimensions) => graph.Add("reshape", [graph.Parameter(name)], null, ("shape", (long[])[-1, .. Enumerable.Repeat(1L, dimensions)]));

    private static long FixedSize(ProposedValue x, long axis) =>
        x.Axis(axis) is var at && at >= 0 && at < x.Rank && x.IsFixed(at) ? x.Small[at] : throw ScriptProgram.Lost("a tensor is taken apart along a dimension of no fixed size");

    private static long Place(long index, long size) => Math.Clamp(index < 0 ? index + size : index, 0, size);

    private static long Left(long[] from, IEnumerable<long> sizes) => from.Aggregate(1L, (p, s) => p * s) / sizes.Where(size => size != -1).Aggregate(1L, (p, s) => p * s);

    private static List<(string Role, string Tensor)> Weighted(string weight, string? bias) => bias is null ? [("weight", weight)] : [("weight", weight), ("bias", bias)];
}
