using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pointwise;

/// <summary>A function of each element alone that other operations can apply to their result.</summary>
internal sealed class ActivationOperation : Operation
{
    private readonly Func<AttributeValues, Activation> _function;

    internal ActivationOperation(string name, string summary, Activation function)
        : this(name, summary, _ => function)
    {
    }

    internal ActivationOperation(string name, string summary, Func<AttributeValues, Activation> function, params AttributeSpec[] attributes) =>
        (Name, Summary, _function, Attributes) = (name, summary, function, attributes);

    internal override string Name { get; }

    internal override string Summary { get; }

    internal override IReadOnlyList<AttributeSpec> Attributes { get; }

    internal override Fusion MergesAs => Fusion.Activation;

    internal override Activation ActivationOf(AttributeValues attributes) => _function(attributes);

    internal override long[] Infer(NodeInference node) => node.Input;

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, function) = (node.Input, node.Output, _function(node.Attributes));
        return node.Step(frame => Elementwise.Apply(function, frame.Read(input), frame.Write(output), frame.Workers), overwrites: true);
    }
}
