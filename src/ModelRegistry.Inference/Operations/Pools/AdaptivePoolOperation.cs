using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Operations.Convolutions;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pools;

/// <summary>Maximum or mean over a grid of a given size, in one, two or three dimensions.</summary>
internal sealed class AdaptivePoolOperation : Operation
{
    private readonly bool _average;
    private readonly int _dimensions;

    internal AdaptivePoolOperation(bool average, int dimensions)
    {
        (_average, _dimensions) = (average, dimensions);
        Attributes = [AttributeSpec.Sizes("output", dimensions, "Size of the result.", 1, 1)];
    }

    internal override string Name => $"adaptive_{(_average ? "avg" : "max")}_pool{_dimensions}d";

    internal override string Summary => $"{(_average ? "Mean" : "Maximum")} over the cells of a grid of the given size.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(_dimensions + 2, ConvolutionSizes.Layout(_dimensions));
        return [node.Input[0], node.Input[1], .. node.Attributes.Sizes("output")];
    }

    // Cells are boxes, so three dimensions are two, then one: the mean of equally many means is the mean.
    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, to) = (node.Input, node.Output, node.InputShape, node.OutputShape);
        var planes = ShapeArithmetic.Product(from[0], from[1]);
        if (_dimensions < 3)
        {
            var isRow = _dimensions == 1;
            var shape = new PlaneResizeShape(planes, isRow ? 1 : from[2], from[^1], isRow ? 1 : to[2], to[^1]);
            return node.Step(frame => Run(shape, frame.Read(input), frame.Write(output), frame));
        }

        var area = to[3] * to[4];
        var flat = new PlaneResizeShape(ShapeArithmetic.Product(planes, from[2]), from[3], from[4], to[3], to[4]);
        var deep = new PlaneResizeShape(planes, from[2], area, to[2], area);
        var scratch = node.Reserve(flat.OutputLength);
        return node.Step(frame =>
        {
            Run(flat, frame.Read(input), frame.Write(scratch), frame);
            Run(deep, frame.Read(scratch), frame.Write(output), frame);
        });
    }

    private void Run(PlaneResizeShape shape, ReadOnlySpan<float> input, Span<float> output, Frame frame)
    {
        if (_average)
            Pooling.AdaptiveAverage(shape, input, output, frame.Workers);
        else
            Pooling.AdaptiveMax(shape, input, output, frame.Workers);
    }
}
