using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Pointwise;

/// <summary>One of two tensors, element by element.</summary>
internal sealed class WhereOperation : Operation
{
    internal override string Name => "where";

    internal override string Summary => "The second input where the first is not 0, else the third; sizes of 1 are repeated.";

    internal override int MinimumInputs => 3;

    internal override int MaximumInputs => 3;

    internal override long[] Infer(NodeInference node) =>
        node.Broadcast(node.Broadcast(node.Inputs[0], node.Inputs[1]), node.Inputs[2]);

    internal override Step Lower(NodeLowering node)
    {
        var (condition, chosen, other, output) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Output);
        var (values, all) = (new BroadcastShape(node.Shape(chosen), node.Shape(other)), new BroadcastShape(node.Shape(condition), node.OutputShape));
        var wide = new BroadcastShape(values.Dimensions, node.OutputShape);
        return node.Step(frame =>
        {
            var decides = frame.Read(condition);
            var then = frame.Read(chosen);
            var otherwise = frame.Read(other);
            var to = frame.Write(output);
            for (var i = 0; i < to.Length; i++)
            {
                var (left, right) = values.Locate(wide.Locate(i).Left);
                to[i] = decides[all.Locate(i).Left] != 0 ? then[left] : otherwise[right];
            }
        });
    }
}
