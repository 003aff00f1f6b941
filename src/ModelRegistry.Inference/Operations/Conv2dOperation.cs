namespace ModelRegistry.Inference.Operations;

/// <summary>2-d convolution over NCHW.</summary>
internal sealed class Conv2dOperation : Operation
{
    internal override string Name => "conv2d";

    internal override string Summary => "2-d convolution over [N, C, H, W]; weight [channels, C / groups, kernel height, kernel width].";

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Integer("channels", "Output channels; read from the weight when left out, checked when given.", 1),
        AttributeSpec.Pair("kernel", "Window size; read from the weight when left out, checked when given.", 1),
        AttributeSpec.Pair("stride", "Step of the window.", 1, 1),
        AttributeSpec.Pair("padding", "Zeros on each side.", 0, 0),
        AttributeSpec.Pair("dilation", "Step between taps of the window.", 1, 1),
        AttributeSpec.Integer("groups", "Groups of channels that do not mix.", 1, 1),
        AttributeSpec.Boolean("bias", "Whether there is a bias tensor.", true),
    ];

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(4, "[N, C, H, W]");
        var attributes = node.Attributes;
        var groups = attributes.Integer("groups");
        var channels = node.Input[1];
        if (channels != Dimension.Unknown && channels % groups != 0)
            throw node.Mismatch($"cannot split {channels} channels into {groups} groups");
        var perGroup = channels == Dimension.Unknown ? Dimension.Unknown : channels / groups;
        var kernel = attributes.OptionalPair("kernel") ?? (Dimension.Unknown, Dimension.Unknown);
        var weight = node.Tensor("weight", attributes.OptionalInteger("channels") ?? Dimension.Unknown, perGroup, kernel.Item1, kernel.Item2);
        if (weight[0] != Dimension.Unknown && weight[0] % groups != 0)
            throw node.Mismatch($"cannot split {weight[0]} output channels into {groups} groups");
        if (attributes.Boolean("bias"))
            node.Tensor("bias", weight[0]);
        var (stride, padding, dilation) = (attributes.Pair("stride"), attributes.Pair("padding"), attributes.Pair("dilation"));
        return
        [
            node.Input[0],
            weight[0],
            Window.Output(node.Input[2], weight[2], stride.Height, padding.Height, dilation.Height),
            Window.Output(node.Input[3], weight[3], stride.Width, padding.Width, dilation.Width),
        ];
    }
}
