using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Reorders dimensions.</summary>
internal sealed class PermuteOperation : Operation
{
    internal override string Name => "permute";

    internal override string Summary => "Reorders dimensions: dimension i of the result is dimension order[i] of the input.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        new AttributeSpec("order", AttributeKind.Integers, "Each dimension once.") { Required = true, Maximum = Architectures.ArchitectureLimits.Rank - 1 },
    ];

    internal override long[] Infer(NodeInference node)
    {
        var order = node.Attributes.Integers("order");
        return order.Length == node.Input.Length && order.Order().SequenceEqual(Enumerable.Range(0, order.Length).Select(i => (long)i))
            ? [.. order.Select(axis => node.Input[axis])]
            : throw node.Mismatch($"cannot reorder {Dimension.Show(node.Input)} by [{string.Join(", ", order)}]");
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output) = (node.Input, node.Output);
        var shape = new PermuteShape(node.InputShape, [.. node.Attributes.Integers("order").Select(axis => (int)axis)]);
        return node.Step(frame => Layout.Permute(shape, frame.Read(input), frame.Write(output), frame.Workers));
    }
}
