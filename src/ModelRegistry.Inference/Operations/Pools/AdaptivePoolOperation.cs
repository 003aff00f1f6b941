using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pools;

/// <summary>Maximum or mean over a grid of a given size.</summary>
internal sealed class AdaptivePoolOperation : Operation
{
    private readonly bool _average;

    internal AdaptivePoolOperation(bool average) => _average = average;

    internal override string Name => _average ? "adaptive_avg_pool2d" : "adaptive_max_pool2d";

    internal override string Summary => $"{(_average ? "Mean" : "Maximum")} over the cells of a grid of the given size.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Pair("output", "Height and width of the result.", 1, 1)];

    internal override long[] Infer(NodeInference node)
    {
        node.NeedRank(4, "[N, C, H, W]");
        var output = node.Attributes.Pair("output");
        return [node.Input[0], node.Input[1], output.Height, output.Width];
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, to) = (node.Input, node.Output, node.InputShape, node.OutputShape);
        var shape = new PlaneResizeShape(ShapeArithmetic.Product(from[0], from[1]), from[2], from[3], to[2], to[3]);
        return _average
            ? node.Step(frame => Pooling.AdaptiveAverage(shape, frame.Read(input), frame.Write(output), frame.Workers))
            : node.Step(frame => Pooling.AdaptiveMax(shape, frame.Read(input), frame.Write(output), frame.Workers));
    }
}
