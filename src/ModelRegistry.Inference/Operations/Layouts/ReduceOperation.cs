using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>One number for each line along a dimension, which disappears.</summary>
internal sealed class ReduceOperation : Operation
{
    private readonly Reduction _kind;

    internal ReduceOperation(Reduction kind)
    {
        _kind = kind;
        (Name, var what) = kind switch
        {
            Reduction.Mean => ("mean", "The mean"),
            Reduction.Sum => ("sum", "The sum"),
            Reduction.Max => ("max", "The largest element"),
            _ => ("min", "The smallest element"),
        };
        Summary = $"{what} along one dimension, which disappears.";
    }

    internal override string Name { get; }

    internal override string Summary { get; }

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 1),
        AttributeSpec.Boolean("keep", "Whether the dimension stays, with size 1.", false),
    ];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        long[] kept = node.Attributes.Boolean("keep") ? [1] : [];
        return [.. node.Input[..axis], .. kept, .. node.Input[(axis + 1)..]];
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
                    target[outer * shape.Inner + inner] = Reduce(source[(outer * shape.Length * shape.Inner + inner)..], shape.Length, shape.Inner);
            }
        });
    }

    private float Reduce(ReadOnlySpan<float> line, int length, int stride)
    {
        if (_kind is Reduction.Max or Reduction.Min)
        {
            var result = line[0];
            for (var i = 1; i < length; i++)
                result = _kind == Reduction.Max ? MathF.Max(result, line[i * stride]) : MathF.Min(result, line[i * stride]);
            return result;
        }

        var sum = 0.0;
        for (var i = 0; i < length; i++)
            sum += line[i * stride];
        return (float)(_kind == Reduction.Mean ? sum / length : sum);
    }
}

internal enum Reduction
{
    Mean,
    Sum,
    Max,
    Min,
}
