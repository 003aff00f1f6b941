using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Repeats a tensor along one dimension.</summary>
internal sealed class ExpandOperation : Operation
{
    internal override string Name => "expand";

    internal override string Summary => "Repeats the first input, of size 1 along a dimension, to the size of the second there.";

    internal override int MinimumInputs => 2;

    internal override int MaximumInputs => 2;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 0)];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        var like = node.Inputs[1];
        if (axis >= like.Length || !Dimension.Compatible(node.Input[axis], 1))
            throw node.Mismatch($"cannot repeat {Dimension.Show(node.Input)} along dimension {axis} of {Dimension.Show(like)}");
        var result = (long[])node.Input.Clone();
        result[axis] = like[axis];
        return result;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, shape) = (node.Input, node.Output, node.Axis(node.Output));
        return node.Step(frame =>
        {
            var source = frame.Read(input);
            var target = frame.Write(output);
            for (var i = 0; i < shape.Outer * shape.Length; i++)
                source.Slice(i / shape.Length * shape.Inner, shape.Inner).CopyTo(target[(i * shape.Inner)..]);
        });
    }
}
