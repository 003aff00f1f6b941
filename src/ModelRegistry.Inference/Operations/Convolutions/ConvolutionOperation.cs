using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Convolutions;

/// <summary>Convolution over one, two or three dimensions behind batch and channels.</summary>
internal sealed class ConvolutionOperation : Operation
{
    private readonly int _dimensions;

    internal ConvolutionOperation(int dimensions)
    {
        _dimensions = dimensions;
        Attributes =
        [
            AttributeSpec.Integer("channels", "Output channels; read from the weight when left out, checked when given.", 1),
            AttributeSpec.Sizes("kernel", dimensions, "Window size; read from the weight when left out, checked when given.", 1),
            AttributeSpec.Sizes("stride", dimensions, "Step of the window.", 1, 1),
            AttributeSpec.Sizes("padding", dimensions, "Zeros on each side.", 0, 0),
            AttributeSpec.Sizes("dilation", dimensions, "Step between taps of the window.", 1, 1),
            AttributeSpec.Integer("groups", "Groups of channels that do not mix.", 1, 1),
            AttributeSpec.Boolean("bias", "Whether there is a bias tensor.", true),
        ];
    }

    internal override string Name => $"conv{_dimensions}d";

    internal override string Summary =>
        $"{_dimensions}-d convolution over {ConvolutionSizes.Layout(_dimensions)}; weight [channels, C / groups, {ConvolutionSizes.Kernel(_dimensions)}].";

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override Fusion Absorbs(int rank) =>
        _dimensions == 3 ? Fusion.BatchNorm | Fusion.Activation : Fusion.BatchNorm | Fusion.Addition | Fusion.Activation;

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(_dimensions + 2, ConvolutionSizes.Layout(_dimensions));
        var attributes = node.Attributes;
        var groups = attributes.Integer("groups");
        var channels = node.Input[1];
        if (channels != Dimension.Unknown && channels % groups != 0)
            throw node.Mismatch($"cannot split {channels} channels into {groups} groups");
        var perGroup = channels == Dimension.Unknown ? Dimension.Unknown : channels / groups;
        var weight = node.Tensor(
            "weight", [attributes.OptionalInteger("channels") ?? Dimension.Unknown, perGroup, .. ConvolutionSizes.DeclaredKernel(attributes, _dimensions)]);
        if (weight[0] != Dimension.Unknown && weight[0] % groups != 0)
            throw node.Mismatch($"cannot split {weight[0]} output channels into {groups} groups");
        if (attributes.Boolean("bias"))
            node.Tensor("bias", weight[0]);
        var (stride, padding, dilation) = (attributes.Sizes("stride"), attributes.Sizes("padding"), attributes.Sizes("dilation"));
        return
        [
            node.Input[0], weight[0],
            .. Enumerable.Range(0, _dimensions).Select(i => WindowSize.Output(node.Input[2 + i], weight[2 + i], stride[i], padding[i], dilation[i])),
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
        if (_dimensions == 3)
        {
            var deep = Deep(node.Fused, node.Layers);
            var extent = deep.For(from[0], (from[2], from[3], from[4]));
            var scratch = node.Reserve(extent.ScratchLength);
            return node.Step(frame => deep.Run(extent, frame.Read(input), frame.Write(output), frame.Write(scratch), frame.Workers));
        }

        var layer = Flat(node.Fused, node.Layers);
        var shape = layer.Geometry.For(from[0], from.Length == 4 ? from[2] : 1, from[^1]);
        if (node.Fused.Residual is not { } residual)
            return node.Step(frame => layer.Run(shape, frame.Read(input), [], frame.Write(output), frame.Workers), overwrites: Conv2d.RunsInPlace(shape));
        return node.Step(frame => layer.Run(shape, frame.Read(input), frame.Read(residual), frame.Write(output), frame.Workers)) with
        {
            Reads = [input, residual],
            Overwritable = residual,
        };
    }

    private static Conv2d Flat(FusedNode fused, LayerCache layers) => layers.Get(fused, (node, shape, weight, bias) => new Conv2d(
        ConvolutionSizes.Geometry(node.Attributes, shape, shape[1] * (int)node.Attributes.Integer("groups"), shape[0]), weight, bias, fused.Activation));

    private static Conv3d Deep(FusedNode fused, LayerCache layers) => layers.Get(fused, (node, shape, weight, bias) => new Conv3d(
        ConvolutionSizes.Geometry(node.Attributes, shape, shape[1] * (int)node.Attributes.Integer("groups"), shape[0]),
        ConvolutionSizes.Depth(node.Attributes, shape), weight, bias, fused.Activation));
}
