using ModelRegistry.Inference;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Weights;
using ModelRegistry.Verification;
using ModelRegistry.Weights;
using Torch = TorchSharp.torch;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>An architecture with its state dict, interpreted on libtorch: the same graph that the managed engine compiles.</summary>
internal sealed class GraphSession : IEngineSession
{
    private readonly BoundNetwork _network;
    private readonly TorchOperations _operations;
    private readonly WeightsFile _file;

    /// <summary>Binds strictly: every key and shape is accounted for, as in the managed engine and with its messages.</summary>
    public GraphSession(WeightsFile file, Architecture architecture)
    {
        _file = file;
        _network = architecture.Bind(new WeightsFileSource(file));
        Inputs = [.. _network.Inputs.Select(input => new EngineInput(input.Name, input.DType == "int64" ? DType.Int64 : DType.Float32, input.Shape, input.Example, input.IndexLimit))];
        _operations = new TorchOperations(_network.Graph, _network.Weights.Keys.ToDictionary(key => key, Load, StringComparer.Ordinal));
    }

    public IReadOnlyList<EngineInput> Inputs { get; }

    public IReadOnlyList<string> Notes => _network.Notes;

    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        var graph = _network.Graph;
        InputCheck.Refuse(graph, [.. inputs.Select(input => input.Shape.ToArray())]);
        using var mode = Torch.inference_mode();
        using var scope = Torch.NewDisposeScope();
        try
        {
            var values = new Torch.Tensor[graph.ValueCount];
            for (var i = 0; i < inputs.Count; i++) values[i] = TorchTensors.Of(inputs[i]).to(Torch.ScalarType.Float32);
            for (var k = 0; k < graph.Nodes.Count; k++)
                values[graph.ValueOf(k)] = _operations.Apply(graph.Nodes[k], [.. graph.Nodes[k].Inputs.Select(i => values[i])]);
            return [.. graph.Outputs.Select(output => TorchTensors.Back(output.Name, values[output.Value]))];
        }
        catch (System.Runtime.InteropServices.ExternalException failure)
        {
            throw EngineRefusal.Of("libtorch cannot run the network", failure);
        }
    }

    public void Dispose()
    {
        _operations.Dispose();
        _file.Dispose();
    }

    private Torch.Tensor Load(string key)
    {
        var values = _network.Weights.Values(key);
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) throw new InferenceException("MR0613", $"tensor '{key}' holds NaN or infinity", hint: "train or export it again");
        }

        return TorchTensors.Of(values, _network.Weights.Shape(key)!);
    }
}
