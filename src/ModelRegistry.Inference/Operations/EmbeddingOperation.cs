namespace ModelRegistry.Inference.Operations;

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
}
