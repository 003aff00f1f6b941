namespace ModelRegistry.Inference.Operations;

/// <summary>Joins tensors along one dimension.</summary>
internal sealed class ConcatOperation : Operation
{
    internal override string Name => "concat";

    internal override string Summary => "Joins tensors along one dimension.";

    internal override int MinimumInputs => 2;

    internal override int MaximumInputs => Architectures.Limits.NodeInputs;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 1)];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        var result = (long[])node.Input.Clone();
        foreach (var input in node.Inputs.Skip(1))
        {
            if (input.Length != result.Length)
                throw Differ(node, input);
            for (var i = 0; i < result.Length; i++)
            {
                if (i == axis)
                    result[i] = result[i] == Dimension.Unknown || input[i] == Dimension.Unknown ? Dimension.Unknown : checked(result[i] + input[i]);
                else if (!Dimension.Compatible(result[i], input[i]))
                    throw Differ(node, input);
                else if (result[i] == Dimension.Unknown)
                    result[i] = input[i];
            }
        }

        return result;
    }

    private static InferenceException Differ(NodeInference node, long[] other) =>
        node.Mismatch($"cannot join {Dimension.Show(node.Input)} and {Dimension.Show(other)} along dimension {node.Attributes.Integer("axis")}");
}
