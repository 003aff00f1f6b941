using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Moves elements between channels and pixels, or among channels: a permutation of finer dimensions.</summary>
internal sealed class ShuffleOperation : Operation
{
    private readonly Shuffle _kind;
    private readonly string _attribute;

    internal ShuffleOperation(Shuffle kind)
    {
        _kind = kind;
        (Name, Summary, _attribute) = kind switch
        {
            Shuffle.PixelsFromChannels => ("pixel_shuffle", "[N, C · factor², H, W] as [N, C, H · factor, W · factor].", "factor"),
            Shuffle.ChannelsFromPixels => ("pixel_unshuffle", "[N, C, H · factor, W · factor] as [N, C · factor², H, W].", "factor"),
            _ => ("channel_shuffle", "Channels dealt out: channel i of group g becomes channel g of group i.", "groups"),
        };
        Attributes = [AttributeSpec.Integer(_attribute, kind == Shuffle.Channels ? "Groups of channels." : "Pixels of one channel along each side.", 1) with { Required = true }];
    }

    internal override string Name { get; }

    internal override string Summary { get; }

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(4, "[N, C, H, W]");
        var (factor, size) = (node.Attributes.Integer(_attribute), node.Input);
        var squared = checked(factor * factor);
        return _kind switch
        {
            Shuffle.PixelsFromChannels => [size[0], Part(node, size[1], squared), Dimension.Product(size[2], factor), Dimension.Product(size[3], factor)],
            Shuffle.ChannelsFromPixels => [size[0], Dimension.Product(size[1], squared), Part(node, size[2], factor), Part(node, size[3], factor)],
            _ => [size[0], Dimension.Product(Part(node, size[1], factor), factor), size[2], size[3]],
        };
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, f) = (node.Input, node.Output, node.InputShape, (int)node.Attributes.Integer(_attribute));
        var shape = _kind switch
        {
            Shuffle.PixelsFromChannels => new PermuteShape([from[0], from[1] / (f * f), f, f, from[2], from[3]], [0, 1, 4, 2, 5, 3]),
            Shuffle.ChannelsFromPixels => new PermuteShape([from[0], from[1], from[2] / f, f, from[3] / f, f], [0, 1, 3, 5, 2, 4]),
            _ => new PermuteShape([from[0], f, from[1] / f, from[2] * from[3]], [0, 2, 1, 3]),
        };
        return node.Step(frame => Layout.Permute(shape, frame.Read(input), frame.Write(output), frame.Workers));
    }

    private static long Part(NodeInference node, long size, long count) =>
        size == Dimension.Unknown ? size
        : size % count == 0 ? size / count
        : throw node.Mismatch($"cannot split {size} of {Dimension.Show(node.Input)} into {count}");
}

internal enum Shuffle
{
    PixelsFromChannels,
    ChannelsFromPixels,
    Channels,
}
