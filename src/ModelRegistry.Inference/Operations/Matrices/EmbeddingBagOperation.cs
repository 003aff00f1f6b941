using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Operations.Matrices;

/// <summary>Rows of a table, chosen by whole numbers and put together bag by bag.</summary>
internal sealed class EmbeddingBagOperation : Operation
{
    internal override string Name => "embedding_bag";

    internal override string Summary => "Rows of a table put together: of each row of indices [N, L], or of a list [M] that a second input [N] cuts where each bag begins; weight [rows, features].";

    internal override int MaximumInputs => 2;

    internal override bool HasKey => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Choice("mode", "How rows are put together; an empty bag gives zeros.", "mean", "mean", "sum", "max")];

    internal override long[] Infer(NodeInference node)
    {
        var weight = node.Tensor("weight", Dimension.Unknown, Dimension.Unknown);
        return (node.Inputs.Count, node.Input) switch
        {
            (1, [var bags, _]) => [bags, weight[1]],
            (2, [_]) when node.Inputs[1] is [var bags] => [bags, weight[1]],
            _ => throw node.Mismatch($"takes [N, L], or [M] and [N], not {string.Join(", ", node.Inputs.Select(input => Dimension.Show(input)))}"),
        };
    }

    internal override long? IndexLimit(GraphNode node, int input, IWeightSource weights) =>
        input == 0 ? weights.Shape(node.TensorKey("weight"))![0] : null;

    internal override void Prepare(FusedNode fused, LayerCache layers) => layers.Tensor(layers.Node(fused), "weight");

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, from, bags) = (node.Input, node.Output, node.InputShape, node.OutputShape[0]);
        int? cuts = node.Inputs.Count > 1 ? node.Inputs[1] : null;
        var (table, size) = (node.Layers.Tensor(node.Node, "weight"), node.Layers.Shape(node.Node, "weight"));
        var (mode, count) = (node.Attributes.Choice("mode"), ShapeArithmetic.Product(from));
        return node.Step(frame =>
        {
            var indices = frame.Read(input);
            var to = frame.Write(output);
            for (var bag = 0; bag < bags; bag++)
            {
                var (start, end) = cuts is { } offsets
                    ? (Cut(node, frame.Read(offsets), bag, count), bag + 1 < bags ? Cut(node, frame.Read(offsets), bag + 1, count) : count)
                    : (bag * from[1], (bag + 1) * from[1]);
                Collect(node, table, size, indices[start..Math.Max(start, end)], mode, to.Slice(bag * size[1], size[1]));
            }
        });
    }

    private static int Cut(NodeLowering node, ReadOnlySpan<float> offsets, int bag, int count) =>
        TableIndex.Of(node, offsets[bag], count + 1, "no place of a list");

    private static void Collect(NodeLowering node, float[] table, int[] size, ReadOnlySpan<float> indices, string mode, Span<float> to)
    {
        to.Fill(mode == "max" && indices.Length > 0 ? float.NegativeInfinity : 0);
        foreach (var index in indices)
        {
            var row = table.AsSpan(TableIndex.Of(node, index, size[0], "no row of a table") * size[1], size[1]);
            for (var i = 0; i < to.Length; i++)
                to[i] = mode == "max" ? MathF.Max(to[i], row[i]) : to[i] + row[i];
        }

        for (var i = 0; mode == "mean" && i < to.Length && indices.Length > 0; i++)
            to[i] /= indices.Length;
    }
}
