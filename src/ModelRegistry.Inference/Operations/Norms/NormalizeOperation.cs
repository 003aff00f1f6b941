using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>Division by the Euclidean length along one dimension.</summary>
internal sealed class NormalizeOperation : Operation
{
    internal override string Name => "normalize";

    internal override string Summary => "x divided by its Euclidean length along one dimension, at least eps.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 1),
        AttributeSpec.Number("eps", "Least length.", 1e-12),
    ];

    internal override long[] Infer(NodeInference node)
    {
        node.Axis("axis", node.Input.Length);
        return node.Input;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, shape) = (node.Input, node.Output, node.Axis(node.Input));
        var least = node.Attributes.Number("eps");
        return node.Step(
            frame =>
            {
                var from = frame.Read(input);
                var to = frame.Write(output);
                for (var row = 0; row < shape.Outer * shape.Inner; row++)
                {
                    var start = (row / shape.Inner * shape.Length * shape.Inner) + (row % shape.Inner);
                    var squares = 0.0;
                    for (var i = 0; i < shape.Length; i++)
                        squares += (double)from[start + (i * shape.Inner)] * from[start + (i * shape.Inner)];
                    var factor = (float)(1 / Math.Max(Math.Sqrt(squares), least));
                    for (var i = 0; i < shape.Length; i++)
                        to[start + (i * shape.Inner)] = from[start + (i * shape.Inner)] * factor;
                }
            },
            overwrites: true);
    }
}
