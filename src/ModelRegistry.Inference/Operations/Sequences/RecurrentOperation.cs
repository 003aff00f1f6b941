using ModelRegistry.Inference.Kernels.Recurrent;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Sequences;

/// <summary>A recurrent network: layers on top of each other, each in one direction or both, under PyTorch's names.</summary>
internal sealed class RecurrentOperation : Operation
{
    private readonly RecurrentKind _kind;
    private readonly int _states;

    internal RecurrentOperation(RecurrentKind kind)
    {
        _kind = kind;
        _states = kind == RecurrentKind.Lstm ? 2 : 1;
        Name = kind switch { RecurrentKind.Lstm => "lstm", RecurrentKind.Gru => "gru", RecurrentKind.Tanh => "rnn_tanh", _ => "rnn_relu" };
        string[] yields = kind == RecurrentKind.Lstm ? ["sequence", "hidden", "cell"] : ["sequence", "hidden"];
        Attributes =
        [
            AttributeSpec.Integer("layers", "Layers on top of each other.", 1, 1) with { Maximum = 64 },
            AttributeSpec.Boolean("bidirectional", "Whether each layer also reads backwards.", false),
            AttributeSpec.Boolean("bias", "Whether there are bias tensors.", true),
            AttributeSpec.Boolean("batch_first", "Whether sequences are [N, L, features] rather than [L, N, features].", true),
            AttributeSpec.Choice("yields", "The states of the last layer at every step, or the last state of every layer and direction as [layers · directions, N, features].", "sequence", yields),
        ];
    }

    internal override string Name { get; }

    internal override string Summary => _kind switch
    {
        RecurrentKind.Lstm => "LSTM; weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, … with _reverse for the other direction. A second and third input are the first hidden and cell state.",
        RecurrentKind.Gru => "GRU; tensors as of lstm. A second input is the first hidden state.",
        _ => "Plain recurrent network; tensors as of lstm. A second input is the first hidden state.",
    };

    internal override int MaximumInputs => 1 + _states;

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(3, "three dimensions");
        var batchFirst = node.Attributes.Boolean("batch_first");
        var (batch, steps) = batchFirst ? (node.Input[0], node.Input[1]) : (node.Input[1], node.Input[0]);
        if (node.Inputs.Count > 1 && node.Inputs.Count != 1 + _states)
            throw node.Mismatch($"takes {_states} first states, not {node.Inputs.Count - 1}");
        var (width, hidden) = (node.Input[2], Dimension.Unknown);
        var suffixes = Suffixes(node.Attributes);
        var directions = suffixes.Count / node.Attributes.Integer("layers");
        for (var i = 0; i < suffixes.Count; i++)
        {
            var gates = RecurrentLayer.Gates(_kind);
            var rows = hidden == Dimension.Unknown ? Dimension.Unknown : gates * hidden;
            var input = i < directions ? width : Dimension.Product(hidden, directions);
            var state = node.Tensor("weight_hh" + suffixes[i], rows, hidden);
            if (state[0] != Dimension.Unknown && state[0] != Dimension.Product(state[1], gates))
                throw node.Mismatch($"cannot have {gates} gates in a weight of {Dimension.Show(state)}");
            hidden = state[1];
            node.Tensor("weight_ih" + suffixes[i], state[0], input);
            if (!node.Attributes.Boolean("bias"))
                continue;
            node.Tensor("bias_ih" + suffixes[i], state[0]);
            node.Tensor("bias_hh" + suffixes[i], state[0]);
        }

        long[] states = [suffixes.Count, batch, hidden];
        if (node.Inputs.Skip(1).Any(given => !Dimension.Compatible(given, states)))
            throw node.Mismatch($"takes first states of {Dimension.Show(states)}, not {string.Join(", ", node.Inputs.Skip(1).Select(given => Dimension.Show(given)))}");
        if (node.Attributes.Choice("yields") != "sequence")
            return states;
        var features = Dimension.Product(hidden, directions);
        return batchFirst ? [batch, steps, features] : [steps, batch, features];
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => Layers(fused, layers);

    internal override Step Lower(NodeLowering node)
    {
        var (output, from, attributes) = (node.Output, node.InputShape, node.Attributes);
        var layers = Layers(node.Fused, node.Layers);
        var batchFirst = attributes.Boolean("batch_first");
        var (batch, steps) = batchFirst ? (from[0], from[1]) : (from[1], from[0]);
        var directions = attributes.Boolean("bidirectional") ? 2 : 1;
        var (hidden, width) = (layers[0].Hidden, layers[0].Hidden * directions);
        var states = _states * layers.Length * batch * hidden;
        int[] scratch =
        [
            node.Reserve(states), node.Reserve(layers.Max(layer => layer.ScratchLength(batch, steps))),
            node.Reserve((long)batch * steps * width), node.Reserve((long)batch * steps * width),
        ];
        var (inputs, yields) = (node.Inputs.ToArray(), attributes.Choice("yields"));
        return node.Step(frame =>
        {
            var state = frame.Write(scratch[0])[..states];
            for (var i = 0; i < _states; i++)
            {
                var own = state.Slice(i * (states / _states), states / _states);
                if (inputs.Length > 1)
                    frame.Read(inputs[1 + i]).CopyTo(own);
                else
                    own.Clear();
            }

            var below = frame.Read(inputs[0]);
            for (var i = 0; i < layers.Length; i++)
            {
                var isLast = i / directions == layers.Length / directions - 1;
                var above = isLast && yields == "sequence" ? frame.Write(output) : frame.Write(scratch[2 + (i / directions % 2)])[..(batch * steps * width)];
                var order = new StepOrder(batch, steps, batchFirst, i % directions == 1, width, i % directions * hidden);
                var own = new Range(i * batch * hidden, (i + 1) * batch * hidden);
                layers[i].Run(
                    order, below, state[own], _states == 2 ? state[(states / 2)..][own] : [], above, frame.Write(scratch[1]), frame.Workers);
                if (i % directions == directions - 1)
                    below = above;
            }

            if (yields != "sequence")
                state.Slice(yields == "cell" ? states / 2 : 0, states / _states).CopyTo(frame.Write(output));
        });
    }

    private RecurrentLayer[] Layers(FusedNode fused, LayerCache layers) => layers.Own(fused, node =>
    {
        var bias = node.Attributes.Boolean("bias");
        return new RecurrentStack([.. Suffixes(node.Attributes).Select(suffix =>
        {
            var (input, state) = (layers.Shape(node, "weight_ih" + suffix), layers.Shape(node, "weight_hh" + suffix));
            return new RecurrentLayer(
                _kind, input[1], state[1], layers.Values(node, "weight_ih" + suffix), layers.Values(node, "weight_hh" + suffix),
                bias ? layers.Values(node, "bias_ih" + suffix) : [], bias ? layers.Values(node, "bias_hh" + suffix) : []);
        })]);
    }).Layers;

    private static List<string> Suffixes(AttributeValues attributes)
    {
        string[] directions = attributes.Boolean("bidirectional") ? ["", "_reverse"] : [""];
        return [.. Enumerable.Range(0, (int)attributes.Integer("layers")).SelectMany(layer => directions.Select(direction => $"_l{layer}{direction}"))];
    }

    private sealed record RecurrentStack(RecurrentLayer[] Layers) : IDisposable
    {
        public void Dispose()
        {
            foreach (var layer in Layers)
                layer.Dispose();
        }
    }
}
