using ModelRegistry.Inference;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Verification;
using F = TorchSharp.torch.nn.functional;
using Torch = TorchSharp.torch;
using Value = TorchSharp.torch.Tensor;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>The operations of the architecture vocabulary on libtorch, one line each.</summary>
internal sealed class TorchOperations : IDisposable
{
    private readonly IReadOnlyDictionary<string, Value> _weights;
    private readonly Dictionary<GraphNode, RecurrentModule> _recurrent;

    /// <summary>What has modules of its own in libtorch is made here, once.</summary>
    public TorchOperations(Graph graph, IReadOnlyDictionary<string, Value> weights)
    {
        _weights = weights;
        _recurrent = graph.Nodes.Where(node => RecurrentModule.Runs(node.Operation.Name)).ToDictionary(node => node, node => new RecurrentModule(node, weights));
    }

    public void Dispose()
    {
        foreach (var module in _recurrent.Values) module.Dispose();
        foreach (var tensor in _weights.Values) tensor.Dispose();
    }

    /// <summary>What a node yields. Everything is float32, as in the managed engine; indices are checked before they are used.</summary>
    /// <exception cref="InferenceException">MR0625: an index lies outside its table; MR0645: libtorch is not taught the operation.</exception>
    public Value Apply(GraphNode node, Value[] inputs)
    {
        var a = node.Attributes;
        var x = inputs.Length > 0 ? inputs[0] : null!;
        return node.Operation.Name switch
        {
            "conv1d" or "conv2d" or "conv3d" => Windows.Convolution(x, Weight(node, "weight"), Bias(node), a),
            "conv_transpose1d" or "conv_transpose2d" or "conv_transpose3d" => Windows.Transposed(x, Weight(node, "weight"), Bias(node), a),
            "linear" => F.linear(x, Weight(node, "weight"), Bias(node)),
            "batch_norm" => F.batch_norm(x, Weight(node, "running_mean"), Weight(node, "running_var"), Affine(node, "weight"), Affine(node, "bias"), false, 0.1, a.Number("eps")),
            "layer_norm" => F.layer_norm(x, [x.shape[^1]], Weight(node, "weight"), Bias(node), a.Number("eps")),
            "group_norm" => F.group_norm(x, a.Integer("groups"), Weight(node, "weight"), Weight(node, "bias"), a.Number("eps")),
            "instance_norm" => F.instance_norm(x, weight: Affine(node, "weight"), bias: Affine(node, "bias"), eps: a.Number("eps")),
            "rms_norm" => x * Torch.rsqrt(x.pow(2).mean([-1], keepdim: true) + a.Number("eps")) * Weight(node, "weight"),
            "normalize" => F.normalize(x, 2, a.Integer("axis"), a.Number("eps")),
            "relu" => F.relu(x),
            "relu6" => F.relu6(x),
            "hardswish" => F.hardswish(x),
            "hardsigmoid" => F.hardsigmoid(x),
            "silu" => F.silu(x),
            "gelu" => a.Choice("approximate") == "tanh" ? 0.5 * x * (1 + Torch.tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x.pow(3))))) : F.gelu(x),
            "sigmoid" => Torch.sigmoid(x),
            "tanh" => Torch.tanh(x),
            "leaky_relu" => F.leaky_relu(x, a.Number("negative_slope")),
            "prelu" => F.prelu(x, Weight(node, "weight")),
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
            "masked_softmax" => F.softmax(x.masked_fill(inputs[1].eq(0), float.NegativeInfinity), a.Integer("axis")),
            "max_pool1d" or "max_pool2d" or "max_pool3d" => Windows.Maximum(x, a),
            "avg_pool1d" or "avg_pool2d" or "avg_pool3d" => Windows.Average(x, a),
            "adaptive_avg_pool1d" or "adaptive_avg_pool2d" or "adaptive_avg_pool3d" => Windows.AdaptiveAverage(x, a.Sizes("output")),
            "adaptive_max_pool1d" or "adaptive_max_pool2d" or "adaptive_max_pool3d" => Windows.AdaptiveMaximum(x, a.Sizes("output")),
            "upsample" => Layouts.Upsample(x, inputs.Length > 1 ? inputs[1] : null, a),
            "pixel_shuffle" => F.pixel_shuffle(x, a.Integer("factor")),
            "pixel_unshuffle" => F.pixel_unshuffle(x, a.Integer("factor")),
            "channel_shuffle" => x.channel_shuffle(a.Integer("groups")),
            "pad" => Layouts.Pad(x, a),
            "concat" => Torch.cat(inputs, a.Integer("axis")),
            "add" => x + inputs[1],
            "sub" => x - inputs[1],
            "mul" => x * inputs[1],
            "div" => x / inputs[1],
            "maximum" => Torch.maximum(x, inputs[1]),
            "minimum" => Torch.minimum(x, inputs[1]),
            "less" => x.lt(inputs[1]).to(Torch.ScalarType.Float32),
            "equal" => x.eq(inputs[1]).to(Torch.ScalarType.Float32),
            "where" => Torch.where(x.ne(0), inputs[1], inputs[2]),
            "flatten" => x.flatten(a.Integer("start"), a.Integer("end")),
            "reshape" => x.reshape([.. a.Integers("shape").Select((size, i) => size == 0 ? x.shape[i] : size)]),
            "permute" => x.permute(a.Integers("order")),
            "slice" => Layouts.Slice(x, inputs.Length > 1 ? inputs[1] : null, a),
            "expand" => Layouts.Expand(x, inputs[1], a.Integer("axis")),
            "squeeze" => x.squeeze(a.Integer("axis")),
            "unsqueeze" => x.unsqueeze(a.Integer("axis")),
            "flip" => x.flip(a.Integer("axis")),
            "mean" => x.mean([a.Integer("axis")], keepdim: a.Boolean("keep")),
            "sum" => x.sum(a.Integer("axis"), keepdim: a.Boolean("keep")),
            "max" => x.amax([a.Integer("axis")], keepdim: a.Boolean("keep")),
            "min" => x.amin([a.Integer("axis")], keepdim: a.Boolean("keep")),
            "matmul" => Torch.matmul(x, a.Boolean("transpose") ? inputs[1].transpose(-1, -2) : inputs[1]),
            "embedding" => Tables.Rows(node, x, Weight(node, "weight")),
            "embedding_bag" => Tables.Bags(node, x, inputs.Length > 1 ? inputs[1] : null, Weight(node, "weight")),
            "parameter" => _weights[node.Key!],
            "constant" => Torch.tensor((float)a.Number("value")),
            "attention" => Sequences.Attention(inputs, a),
            "rotary" => Sequences.Rotary(x, a),
            "lstm" or "gru" or "rnn_tanh" or "rnn_relu" => _recurrent[node].Run(inputs),
            var other => throw new InferenceException(EngineRefusal.Code, $"the TorchSharp engine does not know the operation '{other}'", hint: "verify it with --engine managed, or export the model to TorchScript or ONNX"),
        };
    }

    private Value Weight(GraphNode node, string role) => _weights[node.TensorKey(role)];

    private Value? Bias(GraphNode node) => node.Attributes.Boolean("bias") ? Weight(node, "bias") : null;

    private Value? Affine(GraphNode node, string role) => node.Attributes.Boolean("affine") ? Weight(node, role) : null;
}
