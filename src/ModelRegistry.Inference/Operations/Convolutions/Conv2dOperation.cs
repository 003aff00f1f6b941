using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Convolutions;

/// <summary>2-d convolution over NCHW.</summary>
internal sealed class Conv2dOperation : Operation
{
    internal override string Name => "conv2d";

    internal override string Summary => "2-d convolution over [N, C, H, W]; weight [channels, C / groups, kernel height, kernel width].";

    internal override bool HasKey => true;

    internal override Fusion Absorbs(int rank) => Fusion.BatchNorm | Fusion.Addition | Fusion.Activation;

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
            WindowSize.Output(node.Input[2], weight[2], stride.Height, padding.Height, dilation.Height),
            WindowSize.Output(node.Input[3], weight[3], stride.Width, padding.Width, dilation.Width),
        ];
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => Layer(fused, layers);

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from) = (node.Input, node.Output, node.InputShape);
        var layer = Layer(node.Fused, node.Layers);
        var shape = layer.Geometry.For(from[0], from[2], from[3]);
        if (node.Fused.Residual is not { } residual)
            return node.Step(frame => layer.Run(shape, frame.Read(input), [], frame.Write(output), frame.Workers));
        return node.Step(frame => layer.Run(shape, frame.Read(input), frame.Read(residual), frame.Write(output), frame.Workers)) with
        {
            Reads = [input, residual],
            Overwritable = residual,
        };
    }

    private static Conv2d Layer(FusedNode fused, LayerCache layers) => layers.Get(fused, (node, shape, weight, bias) =>
        new Conv2d(Geometry(node, shape, shape[1] * (int)node.Attributes.Integer("groups"), shape[0]), weight, bias, fused.Activation));

    /// <summary>The kernel's view of a convolution with these attributes and this weight.</summary>
    internal static Conv2dGeometry Geometry(GraphNode node, int[] weight, int inChannels, int outChannels)
    {
        var (stride, padding, dilation) = (node.Attributes.Pair("stride"), node.Attributes.Pair("padding"), node.Attributes.Pair("dilation"));
        return new Conv2dGeometry
        {
            InChannels = inChannels,
            OutChannels = outChannels,
            KernelHeight = weight[2],
            KernelWidth = weight[3],
            StrideHeight = (int)stride.Height,
            StrideWidth = (int)stride.Width,
            PaddingHeight = (int)padding.Height,
            PaddingWidth = (int)padding.Width,
            DilationHeight = (int)dilation.Height,
            DilationWidth = (int)dilation.Width,
            Groups = (int)node.Attributes.Integer("groups"),
        };
    }
}
