namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Merges neighbouring dimensions into one.</summary>
internal sealed class FlattenOperation : Operation
{
    internal override string Name => "flatten";

    internal override string Summary => "Merges a run of dimensions into one.";

    internal override bool IsView => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Axis("start", "First dimension merged.", 1),
        AttributeSpec.Axis("end", "Last dimension merged, counted from the end when negative.", -1),
    ];

    internal override long[] Infer(NodeInference node)
    {
        var (start, end) = (node.Axis("start", node.Input.Length), node.Axis("end", node.Input.Length));
        if (end < start)
            throw node.Mismatch($"ends before it starts on {Dimension.Show(node.Input)}");
        return [.. node.Input[..start], Dimension.Elements(node.Input.AsSpan(start, end - start + 1)), .. node.Input[(end + 1)..]];
    }
}
