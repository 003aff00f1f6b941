using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Sequences;

/// <summary>Rotary positions: pairs of features turned by an angle that grows with the position.</summary>
internal sealed class RotaryOperation : Operation
{
    internal override string Name => "rotary";

    internal override string Summary => "Rotary positions (Su et al. 2021) on [N, heads, L, E]: pairs of features turned by position · base^(-2i / width).";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Number("base", "Of the wavelengths.", 10000),
        AttributeSpec.Integer("width", "Features that are turned, from the first on; all when left out.", 2),
        AttributeSpec.Boolean("interleaved", "Whether a pair is two neighbours rather than one of each half.", false),
        AttributeSpec.Integer("start", "Position of the first element.", 0, 0),
    ];

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(4, "[N, heads, L, E]");
        var (all, turned) = (node.Input[3], node.Attributes.OptionalInteger("width") ?? node.Input[3]);
        if (all != Dimension.Unknown && (turned > all || turned % 2 != 0))
            throw node.Mismatch($"cannot turn {turned} features of {Dimension.Show(node.Input)}");
        return node.Input;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, attributes) = (node.Input, node.Output, node.InputShape, node.Attributes);
        var width = (int)(attributes.OptionalInteger("width") ?? from[3]);
        var angles = Rotary.Angles(attributes.Number("base"), width, (int)attributes.Integer("start"), from[2]);
        var interleaved = attributes.Boolean("interleaved");
        var heads = ShapeArithmetic.Product(from[0], from[1]);
        return node.Step(
            frame => Rotary.Run(heads, from[2], from[3], width, interleaved, angles, frame.Read(input), frame.Write(output)), overwrites: true);
    }
}
