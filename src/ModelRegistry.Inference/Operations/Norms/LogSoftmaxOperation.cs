using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Norms;

/// <summary>The logarithm of the softmax.</summary>
internal sealed class LogSoftmaxOperation : Operation
{
    internal override string Name => "log_softmax";

    internal override string Summary => "The logarithm of the softmax along one dimension, without overflow.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", -1)];

    internal override long[] Infer(NodeInference node)
    {
        node.Axis("axis", node.Input.Length);
        return node.Input;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, shape) = (node.Input, node.Output, node.Axis(node.Input));
        return node.Step(
            frame =>
            {
                var from = frame.Read(input);
                var to = frame.Write(output);
                for (var row = 0; row < shape.Outer * shape.Inner; row++)
                {
                    var start = (row / shape.Inner * shape.Length * shape.Inner) + (row % shape.Inner);
                    var largest = float.NegativeInfinity;
                    for (var i = 0; i < shape.Length; i++)
                        largest = MathF.Max(largest, from[start + (i * shape.Inner)]);
                    var sum = 0.0;
                    for (var i = 0; i < shape.Length; i++)
                        sum += Math.Exp(from[start + (i * shape.Inner)] - largest);
                    var shift = (float)(largest + Math.Log(sum));
                    for (var i = 0; i < shape.Length; i++)
                        to[start + (i * shape.Inner)] = from[start + (i * shape.Inner)] - shift;
                }
            },
            overwrites: true);
    }
}
