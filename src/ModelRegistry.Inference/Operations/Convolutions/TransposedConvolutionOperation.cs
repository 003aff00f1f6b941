using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Convolutions;

/// <summary>Transposed convolution over one, two or three dimensions behind batch and channels.</summary>
internal sealed class TransposedConvolutionOperation : Operation
{
    private readonly int _dimensions;

    internal TransposedConvolutionOperation(int dimensions)
    {
        _dimensions = dimensions;
        Attributes =
        [
            AttributeSpec.Integer("channels", "Output channels; read from the weight when left out, checked when given.", 1),
            AttributeSpec.Sizes("kernel", dimensions, "Window size; read from the weight when left out, checked when given.", 1),
            AttributeSpec.Sizes("stride", dimensions, "Step between the windows written.", 1, 1),
            AttributeSpec.Sizes("padding", dimensions, "Elements cut from each side.", 0, 0),
            AttributeSpec.Sizes("output_padding", dimensions, "Elements added at the end.", 0, 0),
            AttributeSpec.Sizes("dilation", dimensions, "Step between taps of the window.", 1, 1),
            AttributeSpec.Integer("groups", "Groups of channels that do not mix.", 1, 1),
            AttributeSpec.Boolean("bias", "Whether there is a bias tensor.", true),
        ];
    }

    internal override string Name => $"conv_transpose{_dimensions}d";

    internal override string Summary =>
        $"{_dimensions}-d transposed convolution over {ConvolutionSizes.Layout(_dimensions)}; weight [C, channels / groups, {ConvolutionSizes.Kernel(_dimensions)}].";

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override Fusion Absorbs(int rank) => Fusion.BatchNorm | Fusion.Activation;

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(_dimensions + 2, ConvolutionSizes.Layout(_dimensions));
        var attributes = node.Attributes;
        var groups = attributes.Integer("groups");
        if (node.Input[1] != Dimension.Unknown && node.Input[1] % groups != 0)
            throw node.Mismatch($"cannot split {node.Input[1]} channels into {groups} groups");
        var declared = attributes.OptionalInteger("channels");
        if (declared % groups is not (null or 0))
            throw node.Mismatch($"cannot split {declared} output channels into {groups} groups");
        var weight = node.Tensor(
            "weight", [node.Input[1], declared / groups ?? Dimension.Unknown, .. ConvolutionSizes.DeclaredKernel(attributes, _dimensions)]);
        var channels = Dimension.Product(weight[1], groups);
        if (attributes.Boolean("bias"))
            node.Tensor("bias", channels);
        var (stride, padding, dilation) = (attributes.Sizes("stride"), attributes.Sizes("padding"), attributes.Sizes("dilation"));
        var extra = attributes.Sizes("output_padding");
        if (Enumerable.Range(0, _dimensions).Any(i => extra[i] >= Math.Max(stride[i], dilation[i])))
            throw node.Mismatch("needs an output_padding smaller than its stride or dilation");
        return
        [
            node.Input[0], channels,
            .. Enumerable.Range(0, _dimensions).Select(i =>
                WindowSize.TransposedOutput(node.Input[2 + i], weight[2 + i], stride[i], padding[i], dilation[i], extra[i])),
        ];
    }

    internal override void Prepare(FusedNode fused, LayerCache layers)
    {
        if (_dimensions == 3)
            Deep(fused, layers);
        else
            Flat(fused, layers);
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from) = (node.Input, node.Output, node.InputShape);
        var extra = node.Attributes.Sizes("output_padding");
        if (_dimensions == 3)
        {
            var deep = Deep(node.Fused, node.Layers);
            var extent = deep.For(from[0], (from[2], from[3], from[4]), ((int)extra[0], (int)extra[1], (int)extra[2]));
            var scratch = node.Reserve(extent.ScratchLength);
            return node.Step(frame => deep.Run(extent, frame.Read(input), frame.Write(output), frame.Write(scratch), frame.Workers));
        }

        var layer = Flat(node.Fused, node.Layers);
        var shape = new ConvTranspose2dShape(
            layer.Geometry, extra.Length == 2 ? (int)extra[0] : 0, (int)extra[^1], from[0], from.Length == 4 ? from[2] : 1, from[^1]);
        return node.Step(frame => layer.Run(shape, frame.Read(input), frame.Write(output), frame.Workers));
    }

    private static ConvTranspose2d Flat(FusedNode fused, LayerCache layers) => layers.Get(
        fused,
        (node, shape, weight, bias) => new ConvTranspose2d(
            ConvolutionSizes.Geometry(node.Attributes, shape, shape[0], shape[1] * (int)node.Attributes.Integer("groups")), weight, bias, fused.Activation),
        transposed: true);

    private static ConvTranspose3d Deep(FusedNode fused, LayerCache layers) => layers.Get(
        fused,
        (node, shape, weight, bias) => new ConvTranspose3d(
            ConvolutionSizes.Geometry(node.Attributes, shape, shape[0], shape[1] * (int)node.Attributes.Integer("groups")),
            ConvolutionSizes.Depth(node.Attributes, shape), weight, bias, fused.Activation),
        transposed: true);
}
