namespace ModelRegistry.Inference.Operations;

/// <summary>One word of the vocabulary: its attributes, its tensors and the shape it yields.</summary>
internal abstract class Operation
{
    /// <summary>The name in <c>"op"</c>.</summary>
    internal abstract string Name { get; }

    /// <summary>One sentence for the schema.</summary>
    internal abstract string Summary { get; }

    internal virtual IReadOnlyList<AttributeSpec> Attributes => [];

    internal virtual int MinimumInputs => 1;

    internal virtual int MaximumInputs => 1;

    /// <summary>Whether the node names tensors of the state dict with <c>"key"</c>.</summary>
    internal virtual bool HasKey => false;

    /// <summary>
    /// The output shape. Sizes that are not known yet are <see cref="Dimension.Unknown"/>, for the strict load that
    /// happens before any input; each tensor is asked for with the shape it must have.
    /// </summary>
    internal abstract long[] Infer(NodeInference node);

    public override string ToString() => Name;
}
