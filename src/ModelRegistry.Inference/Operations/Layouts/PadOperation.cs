using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Adds a border, or takes one away.</summary>
internal sealed class PadOperation : Operation
{
    internal override string Name => "pad";

    internal override string Summary => "Adds a border to the last dimensions, or takes one away where a number is negative.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        new AttributeSpec("pads", AttributeKind.Integers, "Before and after: of the last dimension, then of the one before it, and so on, as PyTorch counts them.") { Required = true, Minimum = -int.MaxValue },
        AttributeSpec.Choice("mode", "What the border holds.", "constant", "constant", "reflect", "replicate", "circular"),
        AttributeSpec.Number("value", "What it holds in mode constant.", 0),
    ];

    internal override long[] Infer(NodeInference node)
    {
        var (pads, mode) = (node.Attributes.Integers("pads"), node.Attributes.Choice("mode"));
        if (pads.Length % 2 != 0 || pads.Length / 2 > node.Input.Length)
            throw node.Mismatch($"needs two numbers for each of the last dimensions of {Dimension.Show(node.Input)}, not {pads.Length} in all");
        var result = (long[])node.Input.Clone();
        for (var i = 0; i < pads.Length / 2; i++)
        {
            var size = node.Input[^(i + 1)];
            var largest = mode switch { "reflect" => size - 1, "circular" => size, _ => long.MaxValue };
            if (size != Dimension.Unknown && Math.Max(pads[2 * i], pads[2 * i + 1]) > largest)
                throw node.Mismatch($"cannot take a border of [{string.Join(", ", pads)}] in mode {mode} from {Dimension.Show(node.Input)}");
            result[^(i + 1)] = size == Dimension.Unknown ? size : Math.Max(0, checked(size + pads[2 * i] + pads[2 * i + 1]));
        }

        return result;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, to) = (node.Input, node.Output, node.InputShape, node.OutputShape);
        var (pads, mode, value) = (node.Attributes.Integers("pads"), node.Attributes.Choice("mode"), (float)node.Attributes.Number("value"));
        var sources = to.Select((size, axis) =>
        {
            var fromEnd = to.Length - 1 - axis;
            var before = 2 * fromEnd < pads.Length ? (int)pads[2 * fromEnd] : 0;
            return Enumerable.Range(0, size).Select(i => Source(i - before, from[axis], mode)).ToArray();
        }).ToArray();
        return node.Step(frame => Layout.Gather(from, sources, value, frame.Read(input), frame.Write(output)));
    }

    private static int Source(int index, int size, string mode) => mode switch
    {
        "replicate" => Math.Clamp(index, 0, size - 1),
        "circular" => ((index % size) + size) % size,
        "reflect" => index < 0 ? -index : index >= size ? (2 * (size - 1)) - index : index,
        _ => index < 0 || index >= size ? -1 : index,
    };
}
