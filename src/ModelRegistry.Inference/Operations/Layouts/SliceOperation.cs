using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>A run of one dimension.</summary>
internal sealed class SliceOperation : Operation
{
    internal override string Name => "slice";

    internal override string Summary => "A run of one dimension: length elements from start, or all that follow; or as many as the second input has along like_axis.";

    internal override int MaximumInputs => 2;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 1),
        AttributeSpec.Integer("start", "First index.", 0, 0),
        AttributeSpec.Integer("length", "How many; all that follow when left out.", 1),
        AttributeSpec.Axis("like_axis", "The dimension of the second input that is as long as the result, counted from the end when negative.", 1),
    ];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        var size = node.Input[axis];
        var (start, length) = (node.Attributes.Integer("start"), node.Attributes.OptionalInteger("length"));
        if (node.Inputs.Count > 1)
        {
            if (length is not null)
                throw node.Mismatch("takes either a length or a second input");
            length = node.Inputs[1][node.Axis("like_axis", node.Inputs[1].Length)];
        }

        var result = (long[])node.Input.Clone();
        result[axis] = length ?? (size == Dimension.Unknown ? Dimension.Unknown : size - start);
        if (size != Dimension.Unknown && result[axis] != Dimension.Unknown && (result[axis] < 1 || start + result[axis] > size))
            throw node.Mismatch($"reaches outside dimension {axis} of {Dimension.Show(node.Input)}");
        return result;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (input, output) = (node.Input, node.Output);
        var (from, to) = (node.Axis(input), node.Axis(output));
        var start = (int)node.Attributes.Integer("start") * from.Inner;
        var (stride, run) = (from.Length * from.Inner, to.Length * to.Inner);
        return node.Step(frame =>
        {
            var source = frame.Read(input);
            var target = frame.Write(output);
            for (var outer = 0; outer < from.Outer; outer++)
                source.Slice(outer * stride + start, run).CopyTo(target[(outer * run)..]);
        });
    }
}
