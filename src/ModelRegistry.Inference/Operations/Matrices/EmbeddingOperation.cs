using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Planning;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Operations.Matrices;

/// <summary>Rows of a table, chosen by whole numbers.</summary>
internal sealed class EmbeddingOperation : Operation
{
    internal override string Name => "embedding";

    internal override string Summary => "Rows of a table, chosen by whole numbers from 0; weight [rows, features].";

    internal override bool HasKey => true;

    internal override long[] Infer(NodeInference node)
    {
        var weight = node.Tensor("weight", Dimension.Unknown, Dimension.Unknown);
        return [.. node.Input, weight[1]];
    }

    internal override long? IndexLimit(GraphNode node, int input, IWeightSource weights) =>
        input == 0 ? weights.Shape(node.TensorKey("weight"))![0] : null;

    internal override void Prepare(FusedNode fused, LayerCache layers) => layers.Tensor(layers.Node(fused), "weight");

    internal override Step Lower(NodeLowering node)
    {
        var (input, output) = (node.Input, node.Output);
        var (table, size) = (node.Layers.Tensor(node.Node, "weight"), node.Layers.Shape(node.Node, "weight"));
        return node.Step(frame =>
        {
            var indices = frame.Read(input);
            var to = frame.Write(output);
            for (var i = 0; i < indices.Length; i++)
                table.AsSpan(TableIndex.Of(node, indices[i], size[0], "no row of a table") * size[1], size[1]).CopyTo(to[(i * size[1])..]);
        });
    }
}
