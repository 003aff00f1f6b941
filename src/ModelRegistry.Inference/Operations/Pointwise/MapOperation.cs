using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pointwise;

/// <summary>A function of each element alone, with up to two constants.</summary>
internal sealed class MapOperation<TFunction> : Operation
    where TFunction : IElementFunction
{
    /// <param name="name">The name in <c>"op"</c>.</param>
    /// <param name="summary">The formula.</param>
    /// <param name="constants">At most two; one that is left out and has no default stands for −∞ (the first) or ∞ (the second).</param>
    internal MapOperation(string name, string summary, params AttributeSpec[] constants) => (Name, Summary, Attributes) = (name, summary, constants);

    internal override string Name { get; }

    internal override string Summary { get; }

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override long[] Infer(NodeInference node) => node.Input;

    internal override Step Lower(NodeLowering node)
    {
        var (input, output) = (node.Input, node.Output);
        var (first, second) = (Constant(node, 0, float.NegativeInfinity), Constant(node, 1, float.PositiveInfinity));
        return node.Step(frame => ElementMap.Run<TFunction>(first, second, frame.Read(input), frame.Write(output), frame.Workers), overwrites: true);
    }

    private float Constant(NodeLowering node, int index, float absent) =>
        index < Attributes.Count && node.Attributes.OptionalNumber(Attributes[index].Name) is { } value ? (float)value : absent;
}
