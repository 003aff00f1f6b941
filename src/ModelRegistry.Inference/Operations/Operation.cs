using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Operations;

/// <summary>
/// One word of the vocabulary, whole: its attributes and tensors, the shape it yields, what it keeps ready between runs,
/// the kernel it becomes, and how it merges with its neighbours. A new one is a file and its line in
/// <see cref="OperationCatalogue"/>; what it means is told by the scalar reference in the tests.
/// </summary>
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

    /// <summary>Whether the result is the first input's memory under another shape: no kernel runs.</summary>
    internal virtual bool IsView => false;

    /// <summary>What this operation may take over from the nodes after it, in the order of <see cref="Fusion"/>.</summary>
    /// <param name="rank">Dimensions of its result.</param>
    internal virtual Fusion Absorbs(int rank) => Fusion.None;

    /// <summary>As what an operation before it may take this one over.</summary>
    internal virtual Fusion MergesAs => Fusion.None;

    /// <summary>The kernel function this operation is when merged as <see cref="Fusion.Activation"/>.</summary>
    internal virtual Activation ActivationOf(AttributeValues attributes) => Activation.None;

    /// <summary>
    /// The output shape. Sizes that are not known yet are <see cref="Dimension.Unknown"/>, for the strict load that
    /// happens before any input; each tensor is asked for with the shape it must have.
    /// </summary>
    internal abstract long[] Infer(NodeInference node);

    /// <summary>Reads and packs the tensors before any input is known, so that bad ones are found when the network is loaded.</summary>
    internal virtual void Prepare(FusedNode fused, LayerCache layers)
    {
    }

    /// <summary>The result where it is a tensor of the state dict rather than something computed; else null.</summary>
    internal virtual float[]? Constant(GraphNode node, LayerCache layers) => null;

    /// <summary>The kernel call for known shapes.</summary>
    internal virtual Step Lower(NodeLowering node) => throw new NotSupportedException($"{Name} is a view or a constant and has no kernel");

    /// <summary>How many rows the table has that the values of an input are looked up in; null where they are not.</summary>
    /// <param name="input">Which of the node's inputs.</param>
    internal virtual long? IndexLimit(GraphNode node, int input, IWeightSource weights) => null;

    public override string ToString() => Name;
}

/// <summary>How one operation disappears in another.</summary>
[Flags]
internal enum Fusion
{
    None = 0,

    /// <summary>A factor and a summand for each channel, folded into weights and bias.</summary>
    BatchNorm = 1,

    /// <summary>A tensor of the same shape added to the result.</summary>
    Addition = 2,

    /// <summary>A function of each element, applied last.</summary>
    Activation = 4,
}
