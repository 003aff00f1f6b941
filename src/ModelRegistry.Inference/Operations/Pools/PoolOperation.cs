using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pools;

/// <summary>Maximum or mean over a sliding window.</summary>
internal sealed class PoolOperation : Operation
{
    private readonly bool _average;

    internal PoolOperation(bool average)
    {
        _average = average;
        AttributeSpec[] common =
        [
            AttributeSpec.Pair("kernel", "Window size.", 1) with { Required = true },
            AttributeSpec.Pair("stride", "Step of the window; the kernel when left out.", 1),
            AttributeSpec.Pair("padding", "Rows and columns added on each side, at most half the kernel.", 0, 0),
            AttributeSpec.Boolean("ceil_mode", "Whether the output size is rounded up.", false),
        ];
        Attributes = average
            ? [.. common, AttributeSpec.Boolean("count_include_pad", "Whether padding counts in the mean.", true)]
            : [.. common, AttributeSpec.Pair("dilation", "Step between taps of the window.", 1, 1)];
    }

    internal override string Name => _average ? "avg_pool2d" : "max_pool2d";

    internal override string Summary => _average ? "Mean over a sliding window of [N, C, H, W]." : "Maximum over a sliding window of [N, C, H, W].";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(4, "[N, C, H, W]");
        var attributes = node.Attributes;
        var kernel = attributes.Pair("kernel");
        var stride = attributes.OptionalPair("stride") ?? kernel;
        var padding = attributes.Pair("padding");
        var dilation = _average ? (Height: 1L, Width: 1L) : attributes.Pair("dilation");
        var ceiling = attributes.Boolean("ceil_mode");
        if (padding.Height > kernel.Height / 2 || padding.Width > kernel.Width / 2)
            throw node.Mismatch("needs a padding of at most half its kernel");
        return
        [
            node.Input[0],
            node.Input[1],
            WindowSize.Output(node.Input[2], kernel.Height, stride.Height, padding.Height, dilation.Height, ceiling),
            WindowSize.Output(node.Input[3], kernel.Width, stride.Width, padding.Width, dilation.Width, ceiling),
        ];
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, attributes) = (node.Input, node.Output, node.InputShape, node.Attributes);
        var kernel = Narrow(attributes.Pair("kernel"));
        var shape = new Pool2dShape(
            ShapeArithmetic.Product(from[0], from[1]),
            (from[2], from[3]),
            kernel,
            attributes.OptionalPair("stride") is { } stride ? Narrow(stride) : kernel,
            Narrow(attributes.Pair("padding")),
            _average ? (1, 1) : Narrow(attributes.Pair("dilation")),
            attributes.Boolean("ceil_mode"));
        if (!_average)
            return node.Step(frame => Pooling.Max(shape, frame.Read(input), frame.Write(output), frame.Workers));
        var countPadding = attributes.Boolean("count_include_pad");
        return node.Step(frame => Pooling.Average(shape, countPadding, frame.Read(input), frame.Write(output), frame.Workers));
    }

    private static (int Height, int Width) Narrow((long Height, long Width) pair) => ((int)pair.Height, (int)pair.Width);
}
