using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Turns one dimension round.</summary>
internal sealed class FlipOperation : Operation
{
    internal override string Name => "flip";

    internal override string Summary => "One dimension from its last element to its first.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", -1)];

    internal override long[] Infer(NodeInference node)
    {
        node.Axis("axis", node.Input.Length);
        return node.Input;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, axis) = (node.Input, node.Output, node.InputShape, (int)node.Attributes.Integer("axis"));
        var turned = axis < 0 ? axis + from.Length : axis;
        var sources = from.Select((size, i) => Enumerable.Range(0, size).Select(at => i == turned ? size - 1 - at : at).ToArray()).ToArray();
        return node.Step(frame => Layout.Gather(from, sources, 0, frame.Read(input), frame.Write(output)));
    }
}
