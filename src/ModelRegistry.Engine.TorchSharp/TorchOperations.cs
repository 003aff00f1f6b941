using ModelRegistry.Inference;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Operations;
using ModelRegistry.Verification;
using F = TorchSharp.torch.nn.functional;
using Torch = TorchSharp.torch;
using Value = TorchSharp.torch.Tensor;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>The operations of the architecture vocabulary on libtorch, one line each.</summary>
internal sealed class TorchOperations(IReadOnlyDictionary<string, Value> weights) : IDisposable
{
    public void Dispose()
    {
        foreach (var tensor in weights.Values) tensor.Dispose();
    }

    /// <summary>What a node yields.</summary>
    /// <exception cref="InferenceException">MR0645: libtorch is not taught the operation.</exception>
    public Value Apply(GraphNode node, Value[] inputs)
    {
        var a = node.Attributes;
        var x = inputs.Length > 0 ? inputs[0] : null!;
        return node.Operation.Name switch
        {
            "conv2d" => F.conv2d(x, Weight(node, "weight"), Bias(node), Sides(a.Pair("stride")), Sides(a.Pair("padding")), Sides(a.Pair("dilation")), a.Integer("groups")),
            "conv_transpose2d" => F.conv_transpose2d(x, Weight(node, "weight"), Bias(node), Sides(a.Pair("stride")), Sides(a.Pair("padding")), Sides(a.Pair("output_padding")), Sides(a.Pair("dilation")), a.Integer("groups")),
            "linear" => F.linear(x, Weight(node, "weight"), Bias(node)),
            "batch_norm" => F.batch_norm(x, Weight(node, "running_mean"), Weight(node, "running_var"), a.Boolean("affine") ? Weight(node, "weight") : null, a.Boolean("affine") ? Weight(node, "bias") : null, false, 0.1, a.Number("eps")),
            "layer_norm" => F.layer_norm(x, [x.shape[^1]], Weight(node, "weight"), Bias(node), a.Number("eps")),
            "group_norm" => F.group_norm(x, a.Integer("groups"), Weight(node, "weight"), Weight(node, "bias"), a.Number("eps")),
            "rms_norm" => x * Torch.rsqrt(x.pow(2).mean([-1], keepdim: true) + a.Number("eps")) * Weight(node, "weight"),
            "relu" => F.relu(x),
            "relu6" => F.relu6(x),
            "hardswish" => F.hardswish(x),
            "hardsigmoid" => F.hardsigmoid(x),
            "silu" => F.silu(x),
            "gelu" => a.Choice("approximate") == "tanh" ? 0.5 * x * (1 + Torch.tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x.pow(3))))) : F.gelu(x),
            "sigmoid" => Torch.sigmoid(x),
            "tanh" => Torch.tanh(x),
            "leaky_relu" => F.leaky_relu(x, a.Number("negative_slope")),
            "elu" => F.elu(x, a.Number("alpha")),
            "celu" => F.celu(x, a.Number("alpha")),
            "selu" => F.selu(x),
            "mish" => F.mish(x),
            "softplus" => F.softplus(x, a.Number("beta"), a.Number("threshold")),
            "softsign" => F.softsign(x),
            "log_sigmoid" => F.logsigmoid(x),
            "sqrt" => Torch.sqrt(x),
            "rsqrt" => Torch.rsqrt(x),
            "exp" => Torch.exp(x),
            "log" => Torch.log(x),
            "abs" => Torch.abs(x),
            "sin" => Torch.sin(x),
            "cos" => Torch.cos(x),
            "pow" => x.pow(a.Number("exponent")),
            "scale" => (x * a.Number("factor")) + a.Number("offset"),
            "clamp" => x.clamp(a.OptionalNumber("min"), a.OptionalNumber("max")),
            "identity" => x,
            "softmax" => F.softmax(x, a.Integer("axis")),
            "log_softmax" => F.log_softmax(x, a.Integer("axis")),
            "max_pool2d" => F.max_pool2d(x, Sides(a.Pair("kernel")), Sides(a.OptionalPair("stride") ?? a.Pair("kernel")), Sides(a.Pair("padding")), Sides(a.Pair("dilation")), a.Boolean("ceil_mode")),
            "avg_pool2d" => F.avg_pool2d(x, Sides(a.Pair("kernel")), Sides(a.OptionalPair("stride") ?? a.Pair("kernel")), Sides(a.Pair("padding")), a.Boolean("ceil_mode"), a.Boolean("count_include_pad")),
            "adaptive_avg_pool2d" => F.adaptive_avg_pool2d(x, a.Pair("output")),
            "adaptive_max_pool2d" => F.adaptive_max_pool2d(x, Sides(a.Pair("output"))),
            "upsample" => Upsample(x, a),
            "concat" => Torch.cat(inputs, a.Integer("axis")),
            "add" => x + inputs[1],
            "sub" => x - inputs[1],
            "mul" => x * inputs[1],
            "div" => x / inputs[1],
            "maximum" => Torch.maximum(x, inputs[1]),
            "minimum" => Torch.minimum(x, inputs[1]),
            "flatten" => x.flatten(a.Integer("start"), a.Integer("end")),
            "reshape" => x.reshape([.. a.Integers("shape").Select((size, i) => size == 0 ? x.shape[i] : size)]),
            "permute" => x.permute(a.Integers("order")),
            "slice" when inputs.Length == 1 => Slice(x, a),
            "expand" => Expand(x, inputs[1], a.Integer("axis")),
            "squeeze" => x.squeeze(a.Integer("axis")),
            "unsqueeze" => x.unsqueeze(a.Integer("axis")),
            "flip" => x.flip(a.Integer("axis")),
            "mean" => x.mean([a.Integer("axis")], keepdim: a.Has("keep") && a.Boolean("keep")),
            "sum" => x.sum(a.Integer("axis"), keepdim: a.Has("keep") && a.Boolean("keep")),
            "matmul" => Torch.matmul(x, a.Boolean("transpose") ? inputs[1].transpose(-1, -2) : inputs[1]),
            "embedding" => Embedding(x, Weight(node, "weight")),
            "parameter" => weights[node.Key!],
            "attention" when inputs.Length == 3 && !(a.Has("scale") && a.OptionalNumber("scale") is not null) => F.scaled_dot_product_attention(x, inputs[1], inputs[2], null, 0.0, a.Boolean("causal")),
            var other => throw new InferenceException(EngineRefusal.Code, $"the TorchSharp engine does not run the operation '{other}' as the architecture uses it", hint: "verify it with --engine managed, or export the model to TorchScript or ONNX"),
        };
    }

    private Value Weight(GraphNode node, string role) => weights[node.TensorKey(role)];

    private Value? Bias(GraphNode node) => node.Attributes.Boolean("bias") ? Weight(node, "bias") : null;

    private static long[] Sides((long Height, long Width) pair) => [pair.Height, pair.Width];

    private static Value Upsample(Value x, AttributeValues a)
    {
        var bilinear = a.Choice("mode") == "bilinear";
        return F.interpolate(
            x, a.OptionalPair("size") is { } size ? Sides(size) : null, a.OptionalPair("scale") is { } scale ? [scale.Height, scale.Width] : null,
            bilinear ? Torch.InterpolationMode.Bilinear : Torch.InterpolationMode.Nearest, bilinear ? a.Boolean("align_corners") : null);
    }

    private static Value Slice(Value x, AttributeValues a)
    {
        var (axis, start) = (a.Integer("axis"), a.Integer("start"));
        return x.narrow(axis, start, a.OptionalInteger("length") ?? x.shape[axis < 0 ? axis + x.shape.Length : axis] - start);
    }

    private static Value Expand(Value x, Value like, long axis)
    {
        var place = (int)(axis < 0 ? axis + x.shape.Length : axis);
        var shape = x.shape.ToArray();
        shape[place] = like.shape[place];
        return x.expand(shape);
    }

    // Indices outside the table abort nothing here: libtorch checks them.
    private static Value Embedding(Value indices, Value table) =>
        table.index_select(0, indices.to(Torch.ScalarType.Int64).flatten()).reshape([.. indices.shape, table.shape[1]]);
}
