namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>The same elements under another shape.</summary>
internal sealed class ReshapeOperation : Operation
{
    internal override string Name => "reshape";

    internal override string Summary => "The same elements under another shape: 0 keeps the size of that dimension, -1 (at most once) takes what is left.";

    internal override bool IsView => true;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        new AttributeSpec("shape", AttributeKind.Integers, "Sizes of the result.") { Required = true, Minimum = -1 },
    ];

    internal override long[] Infer(NodeInference node)
    {
        var shape = (long[])node.Attributes.Integers("shape").Clone();
        var rest = -1;
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 0)
                shape[i] = i < node.Input.Length ? node.Input[i] : throw Misfit(node);
            else if (shape[i] == -1)
                rest = rest < 0 ? i : throw node.Mismatch("takes -1 at most once");
        }

        // Sizes copied as unknown cancel only when all of them are known.
        var total = Dimension.Elements(node.Input);
        var given = 1L;
        for (var i = 0; i < shape.Length; i++)
            given = i == rest ? given : Dimension.Product(given, shape[i]);
        if (total == Dimension.Unknown || given == Dimension.Unknown)
            return WithoutUnknownFactors(node, shape, rest);
        if (rest >= 0)
            shape[rest] = given > 0 && total % given == 0 ? total / given : throw Misfit(node);
        else if (total != given)
            throw Misfit(node);
        return shape;
    }

    // [?, 197, 192] under [0, 197, 3, -1]: the unknown batch stands on both sides, so the rest is still known.
    private static long[] WithoutUnknownFactors(NodeInference node, long[] shape, int rest)
    {
        var target = node.Attributes.Integers("shape");
        var kept = Enumerable.Range(0, shape.Length).Where(i => target[i] == 0).ToHashSet();
        var left = Dimension.Elements([.. node.Input.Where((_, i) => !kept.Contains(i))]);
        var given = Dimension.Elements([.. shape.Where((_, i) => i != rest && !kept.Contains(i))]);
        if (left == Dimension.Unknown || rest < 0)
            return shape;
        shape[rest] = given > 0 && left % given == 0 ? left / given : throw Misfit(node);
        return shape;
    }

    private static InferenceException Misfit(NodeInference node) =>
        node.Mismatch($"cannot see {Dimension.Show(node.Input)} as [{string.Join(", ", node.Attributes.Integers("shape"))}]");
}
