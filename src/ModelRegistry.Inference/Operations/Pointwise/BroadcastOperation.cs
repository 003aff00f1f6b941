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

    internal override long[] Infer(NodeInference node)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        var result = new long[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (x, y) = (i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
            if (x != y && x != 1 && y != 1 && x != Dimension.Unknown && y != Dimension.Unknown)
                throw node.Mismatch($"cannot combine {Dimension.Show(a)} and {Dimension.Show(b)}");
            result[^i] = (x, y) switch
            {
                (1, _) => y,
                (_, 1) => x,
                (Dimension.Unknown, _) => y,
                _ => x,
            };
        }

        return result;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (left, right, output, activation) = (node.Inputs[0], node.Inputs[1], node.Output, node.Activation);
        var shape = new BroadcastShape(node.Shape(left), node.Shape(right));
        return node.Step(
            frame => Elementwise.Combine(_pairing, shape, frame.Read(left), frame.Read(right), activation, frame.Write(output), frame.Workers),
            overwrites: shape.LeftLength == shape.OutputLength);
    }
}
