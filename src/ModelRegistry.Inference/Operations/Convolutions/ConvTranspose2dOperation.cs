using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Convolutions;

/// <summary>2-d transposed convolution over NCHW.</summary>
internal sealed class ConvTranspose2dOperation : Operation
{
    internal override string Name => "conv_transpose2d";

    internal override string Summary => "2-d transposed convolution over [N, C, H, W]; weight [C, channels / groups, kernel height, kernel width].";

    internal override bool HasKey => true;

    internal override Fusion Absorbs(int rank) => Fusion.BatchNorm | Fusion.Activation;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Integer("channels", "Output channels; read from the weight when left out, checked when given.", 1),
        AttributeSpec.Pair("kernel", "Window size; read from the weight when left out, checked when given.", 1),
        AttributeSpec.Pair("stride", "Step between the windows written.", 1, 1),
        AttributeSpec.Pair("padding", "Rows and columns cut from each side.", 0, 0),
        AttributeSpec.Pair("output_padding", "Rows and columns added at the end.", 0, 0),
        AttributeSpec.Pair("dilation", "Step between taps of the window.", 1, 1),
        AttributeSpec.Integer("groups", "Groups of channels that do not mix.", 1, 1),
        AttributeSpec.Boolean("bias", "Whether there is a bias tensor.", true),
    ];

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(4, "[N, C, H, W]");
        var attributes = node.Attributes;
        var groups = attributes.Integer("groups");
        if (node.Input[1] != Dimension.Unknown && node.Input[1] % groups != 0)
            throw node.Mismatch($"cannot split {node.Input[1]} channels into {groups} groups");
        var kernel = attributes.OptionalPair("kernel") ?? (Dimension.Unknown, Dimension.Unknown);
        var declared = attributes.OptionalInteger("channels");
        if (declared % groups is not (null or 0))
            throw node.Mismatch($"cannot split {declared} output channels into {groups} groups");
        var weight = node.Tensor("weight", node.Input[1], declared / groups ?? Dimension.Unknown, kernel.Item1, kernel.Item2);
        var channels = Dimension.Product(weight[1], groups);
        if (attributes.Boolean("bias"))
            node.Tensor("bias", channels);
        var (stride, padding, dilation) = (attributes.Pair("stride"), attributes.Pair("padding"), attributes.Pair("dilation"));
        var extra = attributes.Pair("output_padding");
        if (extra.Height >= Math.Max(stride.Height, dilation.Height) || extra.Width >= Math.Max(stride.Width, dilation.Width))
            throw node.Mismatch("needs an output_padding smaller than its stride or dilation");
        return
        [
            node.Input[0],
            channels,
            WindowSize.TransposedOutput(node.Input[2], weight[2], stride.Height, padding.Height, dilation.Height, extra.Height),
            WindowSize.TransposedOutput(node.Input[3], weight[3], stride.Width, padding.Width, dilation.Width, extra.Width),
        ];
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => Layer(fused, layers);

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from) = (node.Input, node.Output, node.InputShape);
        var layer = Layer(node.Fused, node.Layers);
        var extra = node.Attributes.Pair("output_padding");
        var shape = new ConvTranspose2dShape(layer.Geometry, (int)extra.Height, (int)extra.Width, from[0], from[2], from[3]);
        return node.Step(frame => layer.Run(shape, frame.Read(input), frame.Write(output), frame.Workers));
    }

    private static ConvTranspose2d Layer(FusedNode fused, LayerCache layers) => layers.Get(
        fused,
        (node, shape, weight, bias) => new ConvTranspose2d(
            Conv2dOperation.Geometry(node, shape, shape[0], shape[1] * (int)node.Attributes.Integer("groups")), weight, bias, fused.Activation),
        transposed: true);
}
