using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Matrices;

/// <summary>Scaled dot-product attention.</summary>
internal sealed class AttentionOperation : Operation
{
    internal override string Name => "attention";

    internal override string Summary => "Scaled dot-product attention of query [N, heads, L, E], key [N, heads, S, E] and value [N, heads, S, V]; neighbouring heads of queries share one of keys where there are fewer. A fourth input is a mask that is repeated to [N, heads, L, S].";

    internal override int MinimumInputs => 3;

    internal override int MaximumInputs => 4;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Boolean("causal", "Whether a position sees only itself and those before it.", false),
        AttributeSpec.Number("scale", "Factor on the scores; 1 / √E when left out.", null),
        AttributeSpec.Choice("mask", "Whether the mask hides what is 0, or is added to the scores.", "keep", "keep", "add"),
    ];

    internal override long[] Infer(NodeInference node)
    {
        var (query, key, value) = (node.Inputs[0], node.Inputs[1], node.Inputs[2]);
        if (query.Length != 4 || key.Length != 4 || value.Length != 4
            || !Dimension.Compatible(query[0], key[0]) || !Dimension.Compatible(key[..3], value[..3])
            || !Dimension.Compatible(query[3], key[3]) || !Shares(query[1], key[1]))
            throw node.Mismatch($"cannot attend with {Dimension.Show(query)}, {Dimension.Show(key)}, {Dimension.Show(value)}");
        if (node.Inputs.Count == 4)
        {
            long[] scores = [query[0], query[1], query[2], key[2]];
            if (!Dimension.Compatible(node.Broadcast(scores, node.Inputs[3]), scores))
                throw node.Mismatch($"cannot mask {Dimension.Show(scores)} by {Dimension.Show(node.Inputs[3])}");
        }

        return [query[0], query[1], query[2], value[3]];
    }

    internal override Step Lower(NodeLowering node)
    {
        var (query, key, value, output) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Output);
        var (queries, keys, values) = (node.Shape(query), node.Shape(key), node.Shape(value));
        var shape = new AttentionShape(
            ShapeArithmetic.Product(queries[0], queries[1]), queries[2], keys[2], queries[3], values[3], queries[1] / keys[1])
        {
            Causal = node.Attributes.Boolean("causal"),
            Scale = (float?)node.Attributes.OptionalNumber("scale"),
        };
        if (node.Inputs.Count < 4)
        {
            return node.Step(frame => Attention.Run(
                shape, frame.Read(query), frame.Read(key), frame.Read(value), [], frame.Write(output), frame.Workers));
        }

        var mask = node.Inputs[3];
        var places = new BroadcastShape([queries[0], queries[1], queries[2], keys[2]], node.Shape(mask));
        var (hides, scratch) = (node.Attributes.Choice("mask") == "keep", node.Reserve(places.OutputLength));
        return node.Step(frame =>
        {
            var given = frame.Read(mask);
            var added = frame.Write(scratch);
            for (var i = 0; i < added.Length; i++)
            {
                var mark = given[places.Locate(i).Right];
                added[i] = !hides ? mark : mark == 0 ? float.NegativeInfinity : 0;
            }

            Attention.Run(shape, frame.Read(query), frame.Read(key), frame.Read(value), added, frame.Write(output), frame.Workers);
        });
    }

    private static bool Shares(long queries, long keys) =>
        queries == Dimension.Unknown || keys == Dimension.Unknown || (keys > 0 && queries % keys == 0);
}
