using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

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

    internal override void Prepare(FusedNode fused, LayerCache layers) => layers.Tensor(layers.Node(fused), "weight");

    internal override Step Lower(NodeLowering node)
    {
        var (input, output) = (node.Input, node.Output);
        var (table, size) = (node.Layers.Tensor(node.Node, "weight"), node.Layers.Shape(node.Node, "weight"));
        var indices = new long[ShapeArithmetic.Product(node.InputShape)];
        return node.Step(frame =>
        {
            var given = frame.Read(input);
            for (var i = 0; i < indices.Length; i++)
            {
                indices[i] = (long)given[i];
                if (indices[i] != given[i] || indices[i] < 0 || indices[i] >= size[0])
                    throw node.Failure(Codes.IndexOutOfRange, $"{given[i]} is no row of a table of {size[0]}", "give whole numbers from 0");
            }

            Layout.Embedding(size[1], table, indices, frame.Write(output));
        });
    }
}
