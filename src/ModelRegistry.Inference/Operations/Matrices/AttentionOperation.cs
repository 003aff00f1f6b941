using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Matrices;

/// <summary>Scaled dot-product attention.</summary>
internal sealed class AttentionOperation : Operation
{
    internal override string Name => "attention";

    internal override string Summary => "Scaled dot-product attention of query [N, heads, L, E], key [N, heads, S, E] and value [N, heads, S, V].";

    internal override int MinimumInputs => 3;

    internal override int MaximumInputs => 3;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Boolean("causal", "Whether a position sees only itself and those before it.", false),
    ];

    internal override long[] Infer(NodeInference node)
    {
        var (query, key, value) = (node.Inputs[0], node.Inputs[1], node.Inputs[2]);
        if (query.Length != 4 || key.Length != 4 || value.Length != 4
            || !Dimension.Compatible(query[..2], key[..2]) || !Dimension.Compatible(query[..2], value[..2])
            || !Dimension.Compatible(query[3], key[3]) || !Dimension.Compatible(key[2], value[2]))
            throw node.Mismatch($"cannot attend with {Dimension.Show(query)}, {Dimension.Show(key)}, {Dimension.Show(value)}");
        return [query[0], query[1], query[2], value[3]];
    }

    internal override Step Lower(NodeLowering node)
    {
        var (query, key, value, output) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Output);
        var (queries, keys, values) = (node.Shape(query), node.Shape(key), node.Shape(value));
        var shape = new AttentionShape(ShapeArithmetic.Product(queries[0], queries[1]), queries[2], keys[2], queries[3], values[3])
        {
            Causal = node.Attributes.Boolean("causal"),
        };
        return node.Step(frame => Attention.Run(
            shape, frame.Read(query), frame.Read(key), frame.Read(value), [], frame.Write(output), frame.Workers));
    }
}
