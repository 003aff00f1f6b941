using ModelRegistry.Inference.Graphs;
using TorchSharp.Modules;
using Torch = TorchSharp.torch;
using Value = TorchSharp.torch.Tensor;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>libtorch's own recurrent network for a node, with the node's weights.</summary>
internal sealed class RecurrentModule : IDisposable
{
    private readonly Torch.nn.Module _module;
    private readonly string _yields;

    public RecurrentModule(GraphNode node, IReadOnlyDictionary<string, Value> weights)
    {
        var a = node.Attributes;
        _yields = a.Choice("yields");
        var (inputs, hidden) = (weights[node.TensorKey("weight_ih_l0")].shape[1], weights[node.TensorKey("weight_hh_l0")].shape[1]);
        var (layers, bias, batchFirst, both) = (a.Integer("layers"), a.Boolean("bias"), a.Boolean("batch_first"), a.Boolean("bidirectional"));
        _module = node.Operation.Name switch
        {
            "lstm" => Torch.nn.LSTM(inputs, hidden, layers, bias, batchFirst, 0, both),
            "gru" => Torch.nn.GRU(inputs, hidden, layers, bias, batchFirst, 0, both),
            "rnn_tanh" => Torch.nn.RNN(inputs, hidden, layers, Torch.nn.NonLinearities.Tanh, bias, batchFirst, 0, both),
            _ => Torch.nn.RNN(inputs, hidden, layers, Torch.nn.NonLinearities.ReLU, bias, batchFirst, 0, both),
        };
        _module.eval();
        using var fixedWeights = Torch.no_grad();
        foreach (var (name, parameter) in _module.named_parameters()) parameter.copy_(weights[node.TensorKey(name)]).Dispose();
    }

    public static bool Runs(string operation) => operation is "lstm" or "gru" or "rnn_tanh" or "rnn_relu";

    public Value Run(Value[] inputs)
    {
        if (_module is LSTM lstm)
        {
            var (states, hidden, cell) = lstm.call(inputs[0], inputs.Length > 1 ? (inputs[1], inputs[2]) : null);
            return _yields switch { "hidden" => hidden, "cell" => cell, _ => states };
        }

        var first = inputs.Length > 1 ? inputs[1] : null;
        var (sequence, last) = _module is GRU gru ? gru.call(inputs[0], first) : ((RNN)_module).call(inputs[0], first);
        return _yields == "hidden" ? last : sequence;
    }

    public void Dispose() => _module.Dispose();
}
