namespace ModelRegistry.Inference.Operations;

/// <summary>A run of one dimension.</summary>
internal sealed class SliceOperation : Operation
{
    internal override string Name => "slice";

    internal override string Summary => "A run of one dimension: length elements from start, or all that follow.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 1),
        AttributeSpec.Integer("start", "First index.", 0, 0),
        AttributeSpec.Integer("length", "How many; all that follow when left out.", 1),
    ];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        var size = node.Input[axis];
        var (start, length) = (node.Attributes.Integer("start"), node.Attributes.OptionalInteger("length"));
        var result = (long[])node.Input.Clone();
        result[axis] = length ?? (size == Dimension.Unknown ? Dimension.Unknown : size - start);
        if (size != Dimension.Unknown && (result[axis] < 1 || start + result[axis] > size))
            throw node.Mismatch($"reaches outside dimension {axis} of {Dimension.Show(node.Input)}");
        return result;
    }
}
