using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Planning.Lowering;

internal static class MatrixLowering
{
    internal static Step Linear(LoweringContext context, FusedNode fused)
    {
        var (input, output) = (context.Node(fused).Inputs[0], context.Output(fused));
        var layer = context.Layers.Linear(fused);
        var rows = ShapeArithmetic.Product(context.Shape(input)) / layer.InFeatures;
        return context.Unary(fused, frame => layer.Run(rows, frame.Read(input), frame.Write(output), frame.Workers));
    }

    internal static Step MatMul(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (left, right, output) = (node.Inputs[0], node.Inputs[1], context.Output(fused));
        var rightShape = context.Shape(right);
        if (!node.Attributes.Boolean("transpose"))
        {
            var plain = new MatMulShape(context.Shape(left), rightShape);
            return context.Unary(fused, frame => Kernels.Gemm.MatMul.Run(plain, frame.Read(left), frame.Read(right), frame.Write(output), frame.Workers));
        }

        var order = Enumerable.Range(0, rightShape.Length).ToArray();
        (order[^1], order[^2]) = (order[^2], order[^1]);
        var permutation = new PermuteShape(rightShape, order);
        var shape = new MatMulShape(context.Shape(left), permutation.Dimensions);
        var transposed = new float[permutation.Length];
        return context.Unary(fused, frame =>
        {
            Layout.Permute(permutation, frame.Read(right), transposed, frame.Workers);
            Kernels.Gemm.MatMul.Run(shape, frame.Read(left), transposed, frame.Write(output), frame.Workers);
        });
    }

    internal static Step Attention(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (query, key, value, output) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], context.Output(fused));
        var (queries, keys, values) = (context.Shape(query), context.Shape(key), context.Shape(value));
        var shape = new AttentionShape(ShapeArithmetic.Product(queries[0], queries[1]), queries[2], keys[2], queries[3], values[3])
        {
            Causal = node.Attributes.Boolean("causal"),
        };
        return context.Unary(
            fused, frame => Kernels.Attention.Run(shape, frame.Read(query), frame.Read(key), frame.Read(value), [], frame.Write(output), frame.Workers));
    }

    internal static Step Embedding(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        var (input, output) = (node.Inputs[0], context.Output(fused));
        var table = context.Layers.Tensor(node, "weight");
        var size = context.Layers.Shape(node, "weight");
        var indices = new long[ShapeArithmetic.Product(context.Shape(input))];
        return context.Unary(fused, frame =>
        {
            var given = frame.Read(input);
            for (var i = 0; i < indices.Length; i++)
            {
                indices[i] = (long)given[i];
                if (indices[i] != given[i] || indices[i] < 0 || indices[i] >= size[0])
                    throw new InferenceException(Codes.IndexOutOfRange, $"{given[i]} is no row of a table of {size[0]}", node.Where, "give whole numbers from 0");
            }

            Layout.Embedding(size[1], table, indices, frame.Write(output));
        });
    }
}
