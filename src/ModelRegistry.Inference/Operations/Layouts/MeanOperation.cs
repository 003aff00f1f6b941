using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>The mean along one dimension, which disappears.</summary>
internal sealed class MeanOperation : Operation
{
    internal override string Name => "mean";

    internal override string Summary => "The mean along one dimension, which disappears.";

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 1)];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        return [.. node.Input[..axis], .. node.Input[(axis + 1)..]];
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, shape) = (node.Input, node.Output, node.Axis(node.Input));
        return node.Step(frame =>
        {
            var source = frame.Read(input);
            var target = frame.Write(output);
            for (var outer = 0; outer < shape.Outer; outer++)
            {
                for (var inner = 0; inner < shape.Inner; inner++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < shape.Length; i++)
                        sum += source[(outer * shape.Length + i) * shape.Inner + inner];
                    target[outer * shape.Inner + inner] = (float)(sum / shape.Length);
                }
            }
        });
    }
}
