using System.Globalization;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>What each operator of an ONNX graph is in the vocabulary. Shapes are computed here; an operator without a counterpart is remembered by name.</summary>
internal sealed class OnnxOperators(ProposedGraph graph, OnnxFile file)
{
    private const int SmallConstant = 4096;

    private static readonly Dictionary<string, string> s_plain = new(StringComparer.Ordinal)
    {
        ["Relu"] = "relu",
        ["Sigmoid"] = "sigmoid",
        ["Tanh"] = "tanh",
        ["HardSwish"] = "hardswish",
        ["Mish"] = "mish",
        ["Softsign"] = "softsign",
        ["Sqrt"] = "sqrt",
        ["Exp"] = "exp",
        ["Log"] = "log",
        ["Abs"] = "abs",
        ["Sin"] = "sin",
        ["Cos"] = "cos",
    };

    private readonly GraphOperators _operators = new(graph);
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _initializers = file.Tensors.ToDictionary(tensor => tensor.KeyPath[0].Text, StringComparer.Ordinal);
    private readonly Dictionary<ProposedValue, (ProposedValue Source, double Factor)> _scaled = new(ReferenceEqualityComparer.Instance);

    /// <summary>Half of what GELU is written with: erf(x / √2), and one more than it, and that times x.</summary>
    private sealed record Erf(ProposedValue Of, int Stage);

    internal IReadOnlyList<(string Name, ProposedValue Value)> Follow(IReadOnlyList<OnnxNode> nodes, IEnumerable<(string Name, ProposedValue Value)> inputs)
    {
        // ONNX has the gates of all layers in one tensor, in an order of its own: no tensor of the vocabulary.
        if (nodes.FirstOrDefault(node => node.Operator is "LSTM" or "GRU" or "RNN") is { } recurrent)
            throw ScriptProgram.Lost($"{recurrent.Operator} holds its gates in another order than PyTorch's; give the TorchScript file or the state dict");
        foreach (var (name, value) in inputs) _values[name] = value;
        foreach (var node in nodes) Run(node);
        return [.. file.Model.Outputs.Select(output => (Names.Plain(output.Name), Computed(output.Name)))];
    }

    private void Run(OnnxNode node)
    {
        var results = Results(node);
        for (var i = 0; i < node.Outputs.Count; i++)
        {
            if (i < results.Count) _values[node.Outputs[i]] = results[i];
        }
    }

    private List<object?> Results(OnnxNode node)
    {
        if (node.Operator == "Split")
        {
            var (axis, x) = (Integer(node, "axis", 0), Computed(node.Inputs[0]));
            var sizes = node.Inputs.Count > 1 && node.Inputs[1].Length > 0 ? Numbers(node.Inputs[1]) : node.Attributes.GetValueOrDefault("split") as long[];
            var each = (x.Small[x.Axis(axis)] + node.Outputs.Count - 1) / node.Outputs.Count;
            return [.. _operators.Split(x, sizes, each, axis)];
        }

        return [Result(node)];
    }

    private object? Result(OnnxNode node)
    {
        ProposedValue X(int index = 0) => Computed(node.Inputs[index]);
        if (node.Inputs.Count > 0 && Known(node) is { } computed) return computed;
        if (s_plain.TryGetValue(node.Operator, out var plain)) return graph.Add(plain, [X()]);
        switch (node.Operator)
        {
            case "Constant":
                return Constant(node);
            case "Identity" or "Dropout" or "Cast" when node.Inputs.Count > 0:
                return Get(node.Inputs[0]);
            case "Shape":
                return X().Small.Zip(X().Large, ScriptNumbers.Pair).ToList<object?>();
            case "Conv":
                return _operators.Convolution(X(), Weight(node, 1), WeightOrNull(node, 2), Integers(node, "strides") ?? [1], Symmetric(node), Integers(node, "dilations") ?? [1], Integer(node, "group", 1));
            case "ConvTranspose":
                return _operators.Transposed(X(), Weight(node, 1), WeightOrNull(node, 2), Integers(node, "strides") ?? [1], Symmetric(node), Integers(node, "output_padding") ?? [0], Integers(node, "dilations") ?? [1], Integer(node, "group", 1));
            case "Gemm" when Integer(node, "transA", 0) == 0 && Number(node, "alpha", 1) == 1 && Number(node, "beta", 1) == 1:
                if (Integer(node, "transB", 0) == 1) return _operators.Linear(X(), Weight(node, 1), WeightOrNull(node, 2));
                var product = graph.Add("matmul", [X(), X(1)]);
                return node.Inputs.Count > 2 ? graph.Add("add", [product, X(2)]) : product;
            case "MatMul":
                return graph.Add("matmul", [X(), X(1)]);
            case "BatchNormalization":
                return _operators.BatchNorm(X(), Weight(node, 1), Weight(node, 2), Weight(node, 3), Weight(node, 4), Number(node, "epsilon", 1e-5));
            case "LayerNormalization" when Integer(node, "axis", -1) is var last && (last == -1 || last == X().Rank - 1):
                return _operators.LayerNorm(X(), Weight(node, 1), WeightOrNull(node, 2), Number(node, "epsilon", 1e-5));
            case "InstanceNormalization":
                return graph.Add("instance_norm", [X()], [("weight", Weight(node, 1)), ("bias", Weight(node, 2))], ("affine", true), ("eps", Number(node, "epsilon", 1e-5)));
            case "LeakyRelu":
                return graph.Add("leaky_relu", [X()], null, ("negative_slope", Number(node, "alpha", 0.01)));
            case "Elu" or "Celu":
                return graph.Add(node.Operator == "Elu" ? "elu" : "celu", [X()], null, ("alpha", Number(node, "alpha", 1)));
            case "Softplus":
                return graph.Add("softplus", [X()]);
            case "HardSigmoid" when Math.Abs(Number(node, "alpha", 0.2) - (1 / 6.0)) < 1e-6 && Number(node, "beta", 0.5) == 0.5:
                return graph.Add("hardsigmoid", [X()]);
            case "Gelu":
                return graph.Add("gelu", [X()], null, ("approximate", node.Attributes.GetValueOrDefault("approximate") ?? "none"));
            case "Erf":
                return _scaled.TryGetValue(X(), out var scaled) && Math.Abs(scaled.Factor - Math.Sqrt(0.5)) < 1e-5 ? new Erf(scaled.Source, 0) : graph.Gap("Erf", X());
            case "Clip":
                return _operators.Clamp(X(), Bound(node, 1, "min"), Bound(node, 2, "max"));
            case "Softmax" or "LogSoftmax":
                return graph.Add(node.Operator == "Softmax" ? "softmax" : "log_softmax", [X()], null, ("axis", Integer(node, "axis", file.Model.Opsets.GetValueOrDefault("") >= 13 ? -1 : 1)));
            case "MaxPool" or "AveragePool":
                var (average, kernel) = (node.Operator == "AveragePool", Integers(node, "kernel_shape")!);
                return graph.Add(
                    $"{(average ? "avg" : "max")}_pool{kernel.Length}d", [X()], null, ("kernel", kernel), ("stride", Integers(node, "strides") ?? [1]), ("padding", Symmetric(node)), ("ceil_mode", Integer(node, "ceil_mode", 0) == 1),
                    average ? ("count_include_pad", Integer(node, "count_include_pad", 0) == 1) : ("dilation", Integers(node, "dilations") ?? [1]));
            case "GlobalAveragePool" or "GlobalMaxPool":
                return graph.Add($"adaptive_{(node.Operator == "GlobalMaxPool" ? "max" : "avg")}_pool{X().Rank - 2}d", [X()], null, ("output", 1L));
            case "Resize" or "Upsample":
                return Resize(node, X());
            case "DepthToSpace" when node.Attributes.GetValueOrDefault("mode") is "CRD":
                return graph.Add("pixel_shuffle", [X()], null, ("factor", Integer(node, "blocksize", 1)));
            case "Pad":
                return Pad(node, X());
            case "Concat":
                return _operators.Concat([.. node.Inputs.Select(Computed)], Integer(node, "axis", 1));
            case "Add" or "Sub" or "Mul" or "Div":
                return Pair(node);
            case "Max" or "Min" when node.Inputs.Count == 2:
                return graph.Add(node.Operator == "Max" ? "maximum" : "minimum", [X(), X(1)]);
            case "Pow" when Get(node.Inputs[1]) is double or long:
                return graph.Add("pow", [X()], null, ("exponent", Convert.ToDouble(Get(node.Inputs[1]), CultureInfo.InvariantCulture)));
            case "Neg":
                return graph.Add("scale", [X()], null, ("factor", -1.0));
            case "Reciprocal":
                return graph.Add("pow", [X()], null, ("exponent", -1.0));
            case "Flatten":
                var start = Integer(node, "axis", 1);
                return start == 1 ? graph.Add("flatten", [X()]) : _operators.Reshape(X(), [Flat(X(), 0, start), Flat(X(), start, X().Rank)]);
            case "Reshape":
                var shape = Sizes(node.Inputs[1]);
                return _operators.Reshape(X(), [.. shape.Select((size, i) => size == (0, 0) ? (X().Small[i], X().Large[i]) : size)]);
            case "Squeeze":
                return Axes(node, 1).OrderDescending().Aggregate(X(), (x, axis) => graph.Add("squeeze", [x], null, ("axis", axis)));
            case "Unsqueeze":
                return Axes(node, 1).Order().Aggregate(X(), (x, axis) => graph.Add("unsqueeze", [x], null, ("axis", axis)));
            case "Transpose":
                return graph.Add("permute", [X()], null, ("order", Integers(node, "perm") ?? [.. Enumerable.Range(0, X().Rank).Reverse().Select(i => (long)i)]));
            case "Slice":
                return Slice(node, X());
            case "Gather" when Get(node.Inputs[0]) is Tensor && Integer(node, "axis", 0) == 0 && Get(node.Inputs[1]) is ProposedValue indices:
                return graph.Add("embedding", [indices], [("weight", Weight(node, 0))]);
            case "Gather" when Get(node.Inputs[1]) is long index:
                return _operators.Select(X(), Integer(node, "axis", 0), index);
            case "ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceMin":
                return _operators.Reduce(node.Operator["Reduce".Length..].ToLowerInvariant(), X(), Integers(node, "axes") ?? (node.Inputs.Count > 1 ? Numbers(node.Inputs[1]) : null), Integer(node, "keepdims", 1) == 1);
            case "Expand":
                return _operators.Expand(X(), [.. Sizes(node.Inputs[1]).Select((size, i) => size == (1, 1) ? (X().Small[i], X().Large[i]) : size)]);
            default:
                return graph.Gap(node.Operator, node.Inputs.Select(Get).OfType<ProposedValue>().FirstOrDefault());
        }
    }

    // Arithmetic on shapes, done here; null where a tensor takes part.
    private object? Known(OnnxNode node)
    {
        var inputs = node.Inputs.Select(name => name.Length == 0 ? null : Get(name)).ToList();
        if (inputs.Exists(input => input is ProposedValue or Erf or Tensor) || node.Operator is "Constant") return null;
        switch (node.Operator)
        {
            case "Gather" when inputs[0] is List<object?> list:
                return inputs[1] is long at ? Item(list, at) : inputs[1] is List<object?> places ? places.Select(place => place is long one ? Item(list, one) : throw ScriptProgram.Lost("Gather by something that is no number")).ToList() : null;
            case "Unsqueeze" when inputs[0] is not List<object?>:
                return new List<object?> { inputs[0] };
            case "Squeeze" when inputs[0] is List<object?> { Count: 1 } one:
                return one[0];
            case "Concat":
                return inputs.SelectMany(input => input as List<object?> ?? [input]).ToList();
            case "Cast" or "Identity":
                return inputs[0];
            case "Slice" when inputs[0] is List<object?> list && inputs.Count < 5:
                var (from, to) = (Numbers(node.Inputs[1])[0], Numbers(node.Inputs[2])[0]);
                from = Math.Clamp(from < 0 ? from + list.Count : from, 0, list.Count);
                to = Math.Clamp(to < 0 ? to + list.Count : to, from, list.Count);
                return list.GetRange((int)from, (int)(to - from));
            case "Add" or "Sub" or "Mul" or "Div":
                var name = node.Operator == "Div" ? "floordiv" : node.Operator.ToLowerInvariant();
                if (inputs is [double, _] or [_, double] && name == "floordiv") name = "div";
                if (inputs[0] is List<object?> left || inputs[1] is List<object?>)
                {
                    var (a, b) = (inputs[0] as List<object?>, inputs[1] as List<object?>);
                    return Enumerable.Range(0, Math.Max(a?.Count ?? 1, b?.Count ?? 1)).Select(i => ScriptNumbers.Call(name, [a is null ? inputs[0] : a[i % a.Count], b is null ? inputs[1] : b[i % b.Count]], out var each) ? each : throw ScriptProgram.Lost(node.Operator)).ToList();
                }

                return ScriptNumbers.Call(name, inputs, out var result) ? result : null;
            default:
                return null;
        }
    }

    private static object? Item(List<object?> list, long at) =>
        (at < 0 ? at + list.Count : at) is var place && place >= 0 && place < list.Count ? list[(int)place] : throw ScriptProgram.Lost("Gather reaches outside of a shape");

    private static object? Constant(OnnxNode node) => node.Attributes.Values.FirstOrDefault() switch
    {
        Tensor tensor => Small(tensor) ?? throw ScriptProgram.Lost("a large constant stands in the graph"),
        long[] list => list.Cast<object?>().ToList(),
        double[] list => list.Cast<object?>().ToList(),
        var other => other,
    };

    // Numbers of a tensor, where it is no weight: a scalar, or a short vector of whole numbers.
    private static object? Small(Tensor tensor)
    {
        var isWhole = tensor.DType is DType.Int64 or DType.Int32;
        if (tensor.Shape.Length > 1 || (tensor.Shape.Length == 1 && !isWhole && tensor.ElementCount > 8) || tensor.ElementCount > SmallConstant || !(isWhole || tensor.DType.BitsPerElement() >= 8)) return null;
        var numbers = Enumerable.Range(0, (int)tensor.ElementCount).Select(i => tensor.DType switch
        {
            DType.Int64 => BitConverter.ToInt64(tensor.Bytes[(i * 8)..]),
            DType.Int32 => (long)BitConverter.ToInt32(tensor.Bytes[(i * 4)..]),
            _ => (object?)(double)tensor.ToFloat32()[i],
        }).ToList();
        return tensor.Shape.Length == 0 ? numbers[0] : numbers;
    }

    private object? Get(string name)
    {
        if (_values.TryGetValue(name, out var value)) return value;
        if (!_initializers.TryGetValue(name, out var tensor)) throw ScriptProgram.Lost($"the value {name} is not there");
        var known = tensor.DType is DType.Int64 or DType.Int32 || tensor.Shape.Length == 0 ? Small(tensor) : null;
        return _values[name] = known ?? tensor;
    }

    private ProposedValue Computed(string name) => Get(name) switch
    {
        ProposedValue value => value,
        Tensor tensor => graph.Parameter(tensor.Name),
        double or long => graph.Constant(Convert.ToDouble(Get(name), CultureInfo.InvariantCulture)),
        List<object?> { Count: 1 } and [double or long] => graph.Constant(Convert.ToDouble(((List<object?>)Get(name)!)[0], CultureInfo.InvariantCulture)),
        Erf => throw ScriptProgram.Lost("erf stands outside of a GELU"),
        _ => throw ScriptProgram.Lost($"the value {name} is a shape where a tensor is wanted"),
    };

    private object Pair(OnnxNode node)
    {
        var operation = node.Operator.ToLowerInvariant();
        var (a, b) = (Get(node.Inputs[0]), Get(node.Inputs[1]));
        if (a is Erf || b is Erf) return Gelu(operation, a is Erf ? (Erf)a : (Erf)b!, a is Erf ? b : a);
        var (left, right) = (Operand(a, node.Inputs[0]), Operand(b, node.Inputs[1]));
        var result = _operators.Pair(operation, left, right);
        if (operation is "mul" or "div" && left is ProposedValue source && right is double number) _scaled[result] = (source, operation == "mul" ? number : 1 / number);
        return result;
    }

    private object Operand(object? value, string name) => value switch
    {
        long or double => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        List<object?> and [long or double] => Convert.ToDouble(((List<object?>)value)[0], CultureInfo.InvariantCulture),
        _ => Computed(name),
    };

    // x · (1 + erf(x / √2)) / 2, in the order in which exporters write it, or with x / 2 first.
    private object Gelu(string operation, Erf erf, object? other) => (operation, erf.Stage, other) switch
    {
        ("add", 0, 1.0) => erf with { Stage = 1 },
        ("mul", 1, ProposedValue x) when ReferenceEquals(x, erf.Of) => erf with { Stage = 2 },
        ("mul", 1, ProposedValue x) when _scaled.TryGetValue(x, out var half) && ReferenceEquals(half.Source, erf.Of) && half.Factor == 0.5 => graph.Add("gelu", [erf.Of]),
        ("mul", 2, 0.5) => graph.Add("gelu", [erf.Of]),
        ("div", 2, 2.0) => graph.Add("gelu", [erf.Of]),
        _ => graph.Gap("Erf", erf.Of)!,
    };

    private ProposedValue Resize(OnnxNode node, ProposedValue x)
    {
        var mode = node.Attributes.GetValueOrDefault("mode") as string ?? "nearest";
        var transform = node.Attributes.GetValueOrDefault("coordinate_transformation_mode") as string ?? (node.Operator == "Upsample" ? "asymmetric" : "half_pixel");
        var fits = mode == "linear" ? transform is "half_pixel" or "pytorch_half_pixel" or "align_corners" : mode == "nearest" && transform is "asymmetric";
        if (!fits || x.Rank != 4) return graph.Gap($"{node.Operator} ({mode}, {transform})", x)!;
        var corners = transform == "align_corners";
        if (node.Inputs.Count > 3 && node.Inputs[3].Length > 0) return _operators.Resize(x, [.. ((List<object?>)Get(node.Inputs[3])!).Skip(2)], mode == "linear", corners, null);
        var scales = Get(node.Inputs[^1]) is Tensor tensor ? [.. tensor.ToFloat32().ToArray().Select(n => (double)n)] : (Get(node.Inputs[^1]) as List<object?> ?? []).Select(n => Convert.ToDouble(n, CultureInfo.InvariantCulture)).ToArray();
        return _operators.Resize(x, null, mode == "linear", corners, scales[2..]);
    }

    private ProposedValue Pad(OnnxNode node, ProposedValue x)
    {
        // ONNX counts all beginnings, then all ends; PyTorch from the last dimension on, both ends of each.
        var pads = node.Inputs.Count > 1 ? Numbers(node.Inputs[1]) : Integers(node, "pads")!;
        var counted = Enumerable.Range(0, x.Rank).Reverse().SelectMany(i => new[] { pads[i], pads[i + x.Rank] }).ToList();
        while (counted.Count > 0 && counted[^1] == 0 && counted[^2] == 0) counted.RemoveRange(counted.Count - 2, 2);
        if (counted.Count == 0) return x;
        var mode = node.Attributes.GetValueOrDefault("mode") as string ?? "constant";
        var value = node.Inputs.Count > 2 && node.Inputs[2].Length > 0 ? Convert.ToDouble(Get(node.Inputs[2]), CultureInfo.InvariantCulture) : Number(node, "value", 0);
        return graph.Add("pad", [x], null, ("pads", counted.ToArray()), ("mode", mode == "edge" ? "replicate" : mode), ("value", value));
    }

    private ProposedValue Slice(OnnxNode node, ProposedValue x)
    {
        var byInput = node.Inputs.Count > 1;
        var (starts, ends) = byInput ? (Sizes(node.Inputs[1]), Sizes(node.Inputs[2])) : (Fixed(Integers(node, "starts")!), Fixed(Integers(node, "ends")!));
        var axes = byInput ? node.Inputs.Count > 3 && node.Inputs[3].Length > 0 ? Numbers(node.Inputs[3]) : null : Integers(node, "axes");
        var steps = node.Inputs.Count > 4 ? Numbers(node.Inputs[4]) : null;
        for (var i = 0; i < starts.Count; i++) x = _operators.Slice(x, axes?[i] ?? i, starts[i], ends[i], steps?[i] ?? 1);
        return x;
    }

    private static IReadOnlyList<(long, long)> Fixed(long[] numbers) => [.. numbers.Select(n => (n, n))];

    private static (long, long) Flat(ProposedValue x, long from, long to) => (x.Small[(int)from..(int)to].Aggregate(1L, (p, s) => p * s), x.Large[(int)from..(int)to].Aggregate(1L, (p, s) => p * s));

    private IReadOnlyList<(long Small, long Large)> Sizes(string name) => ScriptNumbers.Pairs(Get(name));

    private long[] Numbers(string name) => [.. Sizes(name).Select(size => size.Small == size.Large ? size.Small : throw ScriptProgram.Lost("a fixed number is wanted"))];

    private long[] Axes(OnnxNode node, int input) => node.Inputs.Count > input ? Numbers(node.Inputs[input]) : Integers(node, "axes") ?? throw ScriptProgram.Lost($"{node.Operator} without axes");

    private double? Bound(OnnxNode node, int input, string attribute) => node.Inputs.Count > input
        ? node.Inputs[input].Length == 0 ? null : Convert.ToDouble(Get(node.Inputs[input]), CultureInfo.InvariantCulture)
        : node.Attributes.GetValueOrDefault(attribute) as double?;

    // Padding is one number for both ends of a dimension in the vocabulary.
    private static long[] Symmetric(OnnxNode node)
    {
        if (node.Attributes.GetValueOrDefault("auto_pad") is string automatic && automatic is not ("NOTSET" or "VALID")) throw ScriptProgram.Lost($"{node.Operator} with auto_pad {automatic}");
        if (Integers(node, "pads") is not { } pads) return [0];
        var half = pads.Length / 2;
        return pads.AsSpan(0, half).SequenceEqual(pads.AsSpan(half)) ? pads[..half] : throw ScriptProgram.Lost($"{node.Operator} that is padded more on one side");
    }

    private static long Integer(OnnxNode node, string name, long fallback) => node.Attributes.GetValueOrDefault(name) as long? ?? fallback;

    private static double Number(OnnxNode node, string name, double fallback) => node.Attributes.GetValueOrDefault(name) as double? ?? fallback;

    private static long[]? Integers(OnnxNode node, string name) => node.Attributes.GetValueOrDefault(name) as long[];

    private string Weight(OnnxNode node, int index) => WeightOrNull(node, index) ?? throw ScriptProgram.Lost($"{node.Operator} takes weights that are computed");

    private string? WeightOrNull(OnnxNode node, int index) =>
        node.Inputs.Count <= index || node.Inputs[index].Length == 0 ? null
        : Get(node.Inputs[index]) is Tensor tensor ? tensor.Name : throw ScriptProgram.Lost($"{node.Operator} takes weights that are computed");
}
