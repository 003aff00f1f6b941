using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>Exponentials along one dimension, divided by their sum.</summary>
internal sealed class SoftmaxOperation : Operation
{
    internal override string Name => "softmax";

    internal override string Summary => "Exponentials along one dimension, divided by their sum.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", -1)];

    internal override long[] Infer(NodeInference node)
    {
        node.Axis("axis", node.Input.Length);
        return node.Input;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, shape) = (node.Input, node.Output, node.Axis(node.Input));
        return node.Step(frame => Normalization.Softmax(shape, frame.Read(input), frame.Write(output), frame.Workers), overwrites: true);
    }
}
