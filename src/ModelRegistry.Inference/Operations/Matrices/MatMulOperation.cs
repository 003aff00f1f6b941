using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Matrices;

/// <summary>Matrix product over the last two dimensions.</summary>
internal sealed class MatMulOperation : Operation
{
    internal override string Name => "matmul";

    internal override string Summary => "Matrix product [.., M, K] × [.., K, N] over equal leading dimensions; a second input of two dimensions serves all.";

    internal override int MinimumInputs => 2;

    internal override int MaximumInputs => 2;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
        [AttributeSpec.Boolean("transpose", "Whether the second input is [.., N, K].", false)];

    internal override long[] Infer(NodeInference node)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        if (a.Length < 2 || b.Length < 2 || (b.Length > 2 && b.Length != a.Length))
            throw Misfit(node);
        var transposed = node.Attributes.Boolean("transpose");
        var (inner, columns) = transposed ? (b[^1], b[^2]) : (b[^2], b[^1]);
        if (!Dimension.Compatible(a[^1], inner) || (b.Length > 2 && !Dimension.Compatible(a[..^2], b[..^2])))
            throw Misfit(node);
        return [.. a[..^1], columns];
    }

    internal override Step Lower(NodeLowering node)
    {
        var (left, right, output) = (node.Inputs[0], node.Inputs[1], node.Output);
        var shape = new MatMulShape(node.Shape(left), node.Shape(right), node.Attributes.Boolean("transpose"));
        return node.Step(frame => MatMul.Run(shape, frame.Read(left), frame.Read(right), frame.Write(output), frame.Workers));
    }

    private static InferenceException Misfit(NodeInference node) =>
        node.Mismatch($"cannot multiply {Dimension.Show(node.Inputs[0])} and {Dimension.Show(node.Inputs[1])}");
}
