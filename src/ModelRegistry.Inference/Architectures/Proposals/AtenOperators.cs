using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>What each operator of PyTorch is in the vocabulary. Arithmetic on sizes is done here; an operator without a counterpart is remembered by name.</summary>
internal sealed class AtenOperators(ProposedGraph graph)
{
    private static readonly HashSet<string> s_nothing = new(StringComparer.Ordinal)
    {
        "contiguous", "dropout", "feature_dropout", "alpha_dropout", "detach", "clone", "alias", "to", "type_as", "float", "identity", "lift_fresh", "warn", "requires_grad_", "_assert", "device",
    };

    private static readonly HashSet<string> s_plain = new(StringComparer.Ordinal)
    {
        "relu", "relu6", "hardswish", "hardsigmoid", "silu", "sigmoid", "tanh", "selu", "mish", "log_sigmoid", "sqrt", "rsqrt", "exp", "log", "abs", "sin", "cos",
    };

    private readonly GraphOperators _operators = new(graph);

    /// <summary>A tensor that the code holds beside the state dict: a number.</summary>
    internal object? Constant(IReadOnlyList<Tensor> tensors, string name)
    {
        var tensor = tensors.FirstOrDefault(t => t.Name == $"constants.{name.TrimStart('c')}" || t.Name == $"constants.{name}")
            ?? throw ScriptProgram.Lost($"the constant {name} is not there");
        if (tensor.Shape.Length > 0 && tensor.ElementCount != 1)
        {
            graph.Gap($"a constant tensor of {tensor.ElementCount} numbers that is no tensor of the state dict", null);
            return 0.0;
        }

        var value = (double)tensor.ToFloat32()[0];
        return tensor.DType is DType.Int64 or DType.Int32 or DType.Int16 or DType.Int8 or DType.UInt8 ? (long)value : tensor.DType == DType.Float64 ? BitConverter.ToDouble(tensor.Bytes) : value;
    }

    internal object? Call(string name, List<object?> given, List<(string Name, object? Value)> named)
    {
        var operation = name.StartsWith("torch.", StringComparison.Ordinal) ? name["torch.".Length..] : name;
        var arguments = new AtenArguments(given, named);
        if (ScriptNumbers.Call(operation, given, out var number)) return number;
        // relu_ is relu on its own memory; __and__ and the like are no such.
        if (operation.EndsWith('_') && !operation.EndsWith("__", StringComparison.Ordinal)) operation = operation[..^1];
        return Tensor(operation, arguments);
    }

    private object? Tensor(string operation, AtenArguments a)
    {
        if (operation == "_set_item" && a.At(0) is Dictionary<string, object?> dictionary)
        {
            dictionary[(string)a.At(1)!] = a.At(2);
            return null;
        }

        if (operation == "append" && a.At(0) is List<object?> list)
        {
            list.Add(a.At(1));
            return null;
        }

        if (s_nothing.Contains(operation)) return a.At(0);
        if (a.At(0) is ScriptTensor matrix && operation is ("t" or "transpose" or "numpy_T") && graph.Weights.Shape(matrix.Name)?.Count == 2)
            return matrix with { Permuted = !matrix.Permuted };
        ProposedValue X() => Value(a.At(0));
        if (s_plain.Contains(operation)) return graph.Add(operation, [X()]);
        switch (operation)
        {
            case "zeros" when a.At(0) is List<object?>:
                return new ScriptZeros(ScriptNumbers.Pairs(a.At(0)));
            case "lstm" or "gru" or "rnn_tanh" or "rnn_relu":
                return AtenRecurrent.Layers(graph, operation, X(), a);
            case "size" when a.At(0) is ScriptZeros zeros:
                return Size(zeros.Sizes, a);
            case "size":
                return Size([.. X().Small.Zip(X().Large)], a);
            case "dim":
                return (long)X().Rank;
            case "numel":
                return ScriptNumbers.Pair(X().Small.Aggregate(1L, (p, s) => p * s), X().Large.Aggregate(1L, (p, s) => p * s));
            case "conv1d" or "conv2d" or "conv3d":
                return _operators.Convolution(X(), Name(a.At(1)), NameOrNull(a.At(2)), a.Integers(3), a.At(4) is "valid" ? [0] : a.Integers(4), a.Integers(5), a.Integer(6, 1));
            case "_convolution":
                return a.Flag(6, false)
                    ? _operators.Transposed(X(), Name(a.At(1)), NameOrNull(a.At(2)), a.Integers(3), a.Integers(4), a.Integers(7), a.Integers(5), a.Integer(8, 1))
                    : _operators.Convolution(X(), Name(a.At(1)), NameOrNull(a.At(2)), a.Integers(3), a.Integers(4), a.Integers(5), a.Integer(8, 1));
            case "conv_transpose1d" or "conv_transpose2d" or "conv_transpose3d":
                return _operators.Transposed(X(), Name(a.At(1)), NameOrNull(a.At(2)), a.Integers(3), a.Integers(4), a.Integers(5), a.Integers(7), a.Integer(6, 1));
            case "batch_norm":
                return _operators.BatchNorm(X(), NameOrNull(a.At(1)), NameOrNull(a.At(2)), Name(a.At(3)), Name(a.At(4)), a.Number(7, 1e-5));
            case "layer_norm" when a.Integers(1) is { Length: 1 } && a.At(2) is not null:
                return _operators.LayerNorm(X(), Name(a.At(2)), NameOrNull(a.At(3)), a.Number(4, 1e-5));
            case "group_norm" when a.At(2) is not null:
                return graph.Add("group_norm", [X()], [("weight", Name(a.At(2))), ("bias", Name(a.At(3)))], ("groups", a.Integer(1, 1)), ("eps", a.Number(4, 1e-5)));
            case "instance_norm" when a.Flag(5, true):
                return graph.Add("instance_norm", [X()], a.At(1) is null ? null : [("weight", Name(a.At(1))), ("bias", Name(a.At(2)))], ("affine", a.At(1) is not null), ("eps", a.Number(7, 1e-5)));
            case "linear":
                return _operators.Linear(X(), Name(a.At(1)), NameOrNull(a.At(2)));
            case "addmm" when a.At(2) is ScriptTensor { Permuted: true } weight:
                return _operators.Linear(Value(a.At(1)), weight.Name, NameOrNull(a.At(0)));
            case "matmul" or "bmm" or "mm" when a.At(1) is ScriptTensor { Permuted: true } weight:
                return _operators.Linear(X(), weight.Name, null);
            case "matmul" or "bmm" or "mm":
                return graph.Add("matmul", [X(), Value(a.At(1))]);
            case "embedding":
                return graph.Add("embedding", [Value(a.At(1))], [("weight", Name(a.At(0)))]);
            case "prelu":
                return graph.Add("prelu", [X()], [("weight", Name(a.At(1)))]);
            case "gelu":
                return graph.Add("gelu", [X()], null, ("approximate", a.Named("approximate") as string ?? a.At(1) as string ?? "none"));
            case "leaky_relu":
                return graph.Add("leaky_relu", [X()], null, ("negative_slope", a.Number(1, 0.01)));
            case "elu" or "celu":
                return graph.Add(operation, [X()], null, ("alpha", a.Number(1, 1)));
            case "softplus":
                return graph.Add("softplus", [X()], null, ("beta", a.Number(1, 1)), ("threshold", a.Number(2, 20)));
            case "hardtanh" or "clamp" or "clip":
                return _operators.Clamp(X(), a.OptionalNumber(1, operation == "hardtanh" ? -1 : null), a.OptionalNumber(2, operation == "hardtanh" ? 1 : null));
            case "clamp_min":
                return _operators.Clamp(X(), a.OptionalNumber(1, null), null);
            case "clamp_max":
                return _operators.Clamp(X(), null, a.OptionalNumber(1, null));
            case "softmax" or "log_softmax":
                return graph.Add(operation, [X()], null, ("axis", a.Integer(1, -1)));
            case "pow" when a.At(1) is long or double:
                return graph.Add("pow", [X()], null, ("exponent", a.Number(1, 1)));
            case "neg":
                return graph.Add("scale", [X()], null, ("factor", -1.0));
            case "reciprocal":
                return graph.Add("pow", [X()], null, ("exponent", -1.0));
            case "max_pool1d" or "max_pool2d" or "max_pool3d":
                return graph.Add(operation, [X()], null, ("kernel", a.Integers(1)), ("stride", a.IntegersOrNull(2)), ("padding", a.IntegersOrNull(3)), ("dilation", a.IntegersOrNull(4)), ("ceil_mode", a.Flag(5, false)));
            case "avg_pool1d" or "avg_pool2d" or "avg_pool3d" when a.At(6) is null:
                return graph.Add(operation, [X()], null, ("kernel", a.Integers(1)), ("stride", a.IntegersOrNull(2)), ("padding", a.IntegersOrNull(3)), ("ceil_mode", a.Flag(4, false)), ("count_include_pad", a.Flag(5, true)));
            case "adaptive_avg_pool1d" or "adaptive_avg_pool2d" or "adaptive_avg_pool3d" or "adaptive_max_pool1d" or "adaptive_max_pool2d" or "adaptive_max_pool3d":
                return graph.Add(operation, [X()], null, ("output", a.Integers(1)));
            case "upsample_nearest2d" or "upsample_bilinear2d":
                var bilinear = operation == "upsample_bilinear2d";
                return _operators.Resize(X(), a.At(1) as List<object?>, bilinear, bilinear && a.Flag(2, false), a.At(bilinear ? 3 : 2) is List<object?> ? a.Numbers(bilinear ? 3 : 2) : null);
            case "pixel_shuffle":
                return graph.Add("pixel_shuffle", [X()], null, ("factor", a.Integer(1, 1)));
            case "pixel_unshuffle":
                return graph.Add("pixel_unshuffle", [X()], null, ("factor", a.Integer(1, 1)));
            case "pad" or "constant_pad_nd" or "reflection_pad1d" or "reflection_pad2d" or "replication_pad1d" or "replication_pad2d":
                var mode = operation[0] == 'r' ? operation.StartsWith("refl", StringComparison.Ordinal) ? "reflect" : "replicate" : operation == "pad" ? a.At(2) as string ?? "constant" : "constant";
                return graph.Add("pad", [X()], null, ("pads", a.Integers(1)), ("mode", mode), ("value", operation == "constant_pad_nd" ? a.Number(2, 0) : a.OptionalNumber(3, 0)));
            case "cat" or "concat":
                return _operators.Concat(Values(a.At(0)), a.Integer(1, 0));
            case "stack":
                var axis = a.Integer(1, 0);
                return _operators.Concat([.. Values(a.At(0)).Select(v => graph.Add("unsqueeze", [v], null, ("axis", axis)))], axis);
            case "add" or "sub" or "rsub":
                return Sum(operation, a);
            case "mul" or "div" or "maximum" or "minimum":
                return _operators.Pair(operation, Operand(a.At(0)), Operand(a.At(1)));
            case "flatten":
                return graph.Add("flatten", [X()], null, ("start", a.Integer(1, 0)), ("end", a.Integer(2, -1)));
            case "view" or "reshape" or "_unsafe_view":
                return _operators.Reshape(X(), ScriptNumbers.Pairs(a.At(1)));
            case "squeeze" when a.At(1) is long:
                return graph.Add("squeeze", [X()], null, ("axis", a.Integer(1, 0)));
            case "unsqueeze":
                return graph.Add("unsqueeze", [X()], null, ("axis", a.Integer(1, 0)));
            case "expand" or "expand_as":
                return _operators.Expand(X(), operation == "expand" ? ScriptNumbers.Pairs(a.At(1)) : [.. Value(a.At(1)).Small.Zip(Value(a.At(1)).Large)]);
            case "permute":
                return graph.Add("permute", [X()], null, ("order", a.Integers(1).Select(i => (long)X().Axis(i)).ToArray()));
            case "transpose":
                return _operators.Transpose(X(), a.Integer(1, 0), a.Integer(2, 1));
            case "t" or "numpy_T":
                return _operators.Transpose(X(), 0, 1);
            case "slice":
                return _operators.Slice(X(), a.Integer(1, 0), ScriptNumbers.PairOf(a.At(2) ?? 0L), a.At(3) is null ? null : ScriptNumbers.PairOf(a.At(3)), a.Integer(4, 1));
            case "narrow":
                var (start, length) = (ScriptNumbers.PairOf(a.At(2)), ScriptNumbers.PairOf(a.At(3)));
                return _operators.Slice(X(), a.Integer(1, 0), start, (start.Small + length.Small, start.Large + length.Large), 1);
            case "select":
                return _operators.Select(X(), a.Integer(1, 0), a.Integer(2, 0));
            case "chunk":
                return _operators.Chunks(X(), a.Integer(1, 1), a.Integer(2, 0)).Cast<object?>().ToList();
            case "split" or "split_with_sizes":
                return _operators.Split(X(), a.At(1) is List<object?> ? a.Integers(1) : null, a.At(1) is long each ? each : 0, a.Integer(2, 0)).Cast<object?>().ToList();
            case "unbind":
                return Enumerable.Range(0, (int)Fixed(X(), a.Integer(1, 0))).Select(i => (object?)_operators.Select(X(), a.Integer(1, 0), i)).ToList();
            case "mean" or "sum" or "amax" or "amin":
                return _operators.Reduce(operation switch { "amax" => "max", "amin" => "min", _ => operation }, X(), a.IntegersOrNull(1), a.Flag(2, false));
            case "flip":
                return a.Integers(1).Aggregate(X(), (value, one) => graph.Add("flip", [value], null, ("axis", one)));
            case "scaled_dot_product_attention":
                return graph.Add("attention", a.At(3) is null ? [X(), Value(a.At(1)), Value(a.At(2))] : [X(), Value(a.At(1)), Value(a.At(2)), Value(a.At(3))], null, ("causal", a.Flag(5, false)), ("mask", a.At(3) is null ? null : "add"), ("scale", a.Named("scale")));
            default:
                return graph.Gap(operation, a.At(0) as ProposedValue ?? a.At(1) as ProposedValue);
        }
    }

    private static object Size(IReadOnlyList<(long Small, long Large)> sizes, AtenArguments a)
    {
        if (a.At(1) is not long axis) return sizes.Select(size => ScriptNumbers.Pair(size.Small, size.Large)).Cast<object?>().ToList();
        var at = (int)(axis < 0 ? axis + sizes.Count : axis);
        return at >= 0 && at < sizes.Count ? ScriptNumbers.Pair(sizes[at].Small, sizes[at].Large) : throw ScriptProgram.Lost("the size of a dimension that is not there");
    }

    private static long Fixed(ProposedValue value, long axis) =>
        value.Axis(axis) is var at && at >= 0 && at < value.Rank && value.IsFixed(at) ? value.Small[at] : throw ScriptProgram.Lost("a tensor is taken apart along a dimension of no fixed size");

    private ProposedValue Sum(string operation, AtenArguments a)
    {
        var (x, y) = operation == "rsub" ? (Operand(a.At(1)), Operand(a.At(0))) : (Operand(a.At(0)), Operand(a.At(1)));
        var alpha = Convert.ToDouble(a.Named("alpha") ?? a.At(2) ?? 1L, System.Globalization.CultureInfo.InvariantCulture);
        if (alpha != 1) y = y is double number ? number * alpha : graph.Add("scale", [(ProposedValue)y], null, ("factor", alpha));
        return _operators.Pair(operation == "add" ? "add" : "sub", x, y);
    }

    // A tensor, or a number.
    private object Operand(object? value) => value switch
    {
        long or double or bool => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture),
        ScriptSize => throw ScriptProgram.Lost("it computes with a size of the input that is not fixed, as nn.MultiheadAttention and nn.TransformerEncoder do with the batch and its heads"),
        _ => Value(value),
    };

    private IReadOnlyList<ProposedValue> Values(object? value) => value is List<object?> items ? [.. items.Select(Value)] : throw ScriptProgram.Lost("a list of tensors is wanted");

    private ProposedValue Value(object? value) => value switch
    {
        ProposedValue computed => computed,
        ScriptTensor { Permuted: false } tensor when graph.Weights.Shape(tensor.Name) is not null => graph.Parameter(tensor.Name),
        ScriptTensor { Permuted: true } tensor when graph.Weights.Shape(tensor.Name) is not null => _operators.Transpose(graph.Parameter(tensor.Name), 0, 1),
        ScriptTensor tensor => throw ScriptProgram.Lost($"{tensor.Name} is no tensor of the state dict"),
        long or double => graph.Constant(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)),
        ScriptZeros => throw ScriptProgram.Lost("zeros stand where a tensor is wanted"),
        _ => throw ScriptProgram.Lost("a tensor is wanted, and something else is given"),
    };

    private static string? NameOrNull(object? value) => value is null ? null : Name(value);

    private static string Name(object? value) =>
        value is ScriptTensor { Permuted: false } tensor ? tensor.Name : throw ScriptProgram.Lost("an operator takes weights that are computed");
}
