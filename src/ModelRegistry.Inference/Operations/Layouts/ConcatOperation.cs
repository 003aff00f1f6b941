using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Layouts;

/// <summary>Joins tensors along one dimension.</summary>
internal sealed class ConcatOperation : Operation
{
    internal override string Name => "concat";

    internal override string Summary => "Joins tensors along one dimension.";

    internal override int MinimumInputs => 2;

    internal override int MaximumInputs => Architectures.ArchitectureLimits.NodeInputs;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Axis("axis", "The dimension, counted from the end when negative.", 1)];

    internal override long[] Infer(NodeInference node)
    {
        var axis = node.Axis("axis", node.Input.Length);
        var result = (long[])node.Input.Clone();
        foreach (var input in node.Inputs.Skip(1))
        {
            if (input.Length != result.Length)
                throw Differ(node, input);
            for (var i = 0; i < result.Length; i++)
            {
                if (i == axis)
                    result[i] = result[i] == Dimension.Unknown || input[i] == Dimension.Unknown ? Dimension.Unknown : checked(result[i] + input[i]);
                else if (!Dimension.Compatible(result[i], input[i]))
                    throw Differ(node, input);
                else if (result[i] == Dimension.Unknown)
                    result[i] = input[i];
            }
        }

        return result;
    }

    internal override Step Lower(NodeLowering node)
    {
        var (output, shape, parts) = (node.Output, node.Axis(node.Output), node.Inputs.ToArray());
        var lengths = parts.Select(part => node.Axis(part).Length).ToArray();
        var step = node.Step(frame =>
        {
            var target = frame.Write(output);
            for (int i = 0, offset = 0; i < parts.Length; offset += lengths[i++])
            {
                if (shape.Outer > 1 || !frame.IsInPlace(parts[i], output, offset * shape.Inner))
                    Layout.ConcatPart(shape, offset, lengths[i], frame.Read(parts[i]), target);
            }
        });
        return shape.Outer == 1 ? step with { Joins = parts } : step;
    }

    private static InferenceException Differ(NodeInference node, long[] other) =>
        node.Mismatch($"cannot join {Dimension.Show(node.Input)} and {Dimension.Show(other)} along dimension {node.Attributes.Integer("axis")}");
}
