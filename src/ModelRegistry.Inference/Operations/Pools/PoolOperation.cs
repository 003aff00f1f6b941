using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Operations.Convolutions;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pools;

/// <summary>Maximum or mean over a sliding window of one, two or three dimensions.</summary>
internal sealed class PoolOperation : Operation
{
    private readonly bool _average;
    private readonly int _dimensions;

    internal PoolOperation(bool average, int dimensions)
    {
        (_average, _dimensions) = (average, dimensions);
        AttributeSpec[] common =
        [
            AttributeSpec.Sizes("kernel", dimensions, "Window size.", 1) with { Required = true },
            AttributeSpec.Sizes("stride", dimensions, "Step of the window; the kernel when left out.", 1),
            AttributeSpec.Sizes("padding", dimensions, "Elements added on each side, at most half the kernel.", 0, 0),
            AttributeSpec.Boolean("ceil_mode", "Whether the output size is rounded up.", false),
        ];
        Attributes = average
            ? [.. common, AttributeSpec.Boolean("count_include_pad", "Whether padding counts in the mean.", true)]
            : [.. common, AttributeSpec.Sizes("dilation", dimensions, "Step between taps of the window.", 1, 1)];
    }

    internal override string Name => $"{(_average ? "avg" : "max")}_pool{_dimensions}d";

    internal override string Summary => $"{(_average ? "Mean" : "Maximum")} over a sliding window of {ConvolutionSizes.Layout(_dimensions)}.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(_dimensions + 2, ConvolutionSizes.Layout(_dimensions));
        var (kernel, stride, padding, dilation) = Window(node.Attributes);
        var ceiling = node.Attributes.Boolean("ceil_mode");
        if (padding.Zip(kernel).Any(pair => pair.First > pair.Second / 2))
            throw node.Mismatch("needs a padding of at most half its kernel");
        return
        [
            node.Input[0], node.Input[1],
            .. Enumerable.Range(0, _dimensions).Select(i => WindowSize.Output(node.Input[2 + i], kernel[i], stride[i], padding[i], dilation[i], ceiling)),
        ];
    }

    // Windows are boxes, so three dimensions are two, then one: the mean of equally many means is the mean.
    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from) = (node.Input, node.Output, node.InputShape);
        var planes = ShapeArithmetic.Product(from[0], from[1]);
        if (_dimensions < 3)
        {
            var shape = Shape(node.Attributes, planes, _dimensions == 1 ? 1 : from[2], from[^1], _dimensions == 1 ? null : 0, _dimensions - 1);
            return node.Step(frame => Run(node.Attributes, shape, frame.Read(input), frame.Write(output), frame));
        }

        var flat = Shape(node.Attributes, ShapeArithmetic.Product(planes, from[2]), from[3], from[4], 1, 2);
        var deep = Shape(node.Attributes, planes, from[2], flat.OutHeight * flat.OutWidth, 0, null);
        var scratch = node.Reserve(flat.OutputLength);
        return node.Step(frame =>
        {
            Run(node.Attributes, flat, frame.Read(input), frame.Write(scratch), frame);
            Run(node.Attributes, deep, frame.Read(scratch), frame.Write(output), frame);
        });
    }

    private void Run(AttributeValues attributes, Pool2dShape shape, ReadOnlySpan<float> input, Span<float> output, Frame frame)
    {
        if (_average)
            Pooling.Average(shape, attributes.Boolean("count_include_pad"), input, output, frame.Workers);
        else
            Pooling.Max(shape, input, output, frame.Workers);
    }

    // A window over two of the dimensions, or over one and none.
    private Pool2dShape Shape(AttributeValues attributes, int planes, int height, int width, int? vertical, int? horizontal)
    {
        var (kernel, stride, padding, dilation) = Window(attributes);
        return new Pool2dShape(
            planes, (height, width), Both(kernel, 1), Both(stride, 1), Both(padding, 0), Both(dilation, 1), attributes.Boolean("ceil_mode"));

        (int, int) Both(long[] sizes, int neutral) =>
            (vertical is { } v ? (int)sizes[v] : neutral, horizontal is { } h ? (int)sizes[h] : neutral);
    }

    private (long[] Kernel, long[] Stride, long[] Padding, long[] Dilation) Window(AttributeValues attributes)
    {
        var kernel = attributes.Sizes("kernel");
        return (
            kernel, attributes.OptionalSizes("stride") ?? kernel, attributes.Sizes("padding"),
            _average ? [.. Enumerable.Repeat(1L, _dimensions)] : attributes.Sizes("dilation"));
    }
}
