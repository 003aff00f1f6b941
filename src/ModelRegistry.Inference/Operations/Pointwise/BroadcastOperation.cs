using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pointwise;

/// <summary>A function of two tensors element by element; sizes of 1 are repeated.</summary>
internal sealed class BroadcastOperation : Operation
{
    private readonly Pairing _pairing;

    internal BroadcastOperation(string name, string summary, Pairing pairing) => (Name, Summary, _pairing) = (name, summary, pairing);

    internal override string Name { get; }

    internal override string Summary { get; }

    internal override int MinimumInputs => 2;

    internal override int MaximumInputs => 2;

    internal override Fusion Absorbs(int rank) => Fusion.Activation;

    internal override Fusion MergesAs => _pairing == Pairing.Add ? Fusion.Addition : Fusion.None;

    internal override long[] Infer(NodeInference node) => node.Broadcast(node.Inputs[0], node.Inputs[1]);

    internal override Step Lower(NodeLowering node)
    {
        var (left, right, output, activation) = (node.Inputs[0], node.Inputs[1], node.Output, node.Activation);
        var shape = new BroadcastShape(node.Shape(left), node.Shape(right));
        return node.Step(
            frame => Elementwise.Combine(_pairing, shape, frame.Read(left), frame.Read(right), activation, frame.Write(output), frame.Workers),
            overwrites: shape.LeftLength == shape.OutputLength);
    }
}
