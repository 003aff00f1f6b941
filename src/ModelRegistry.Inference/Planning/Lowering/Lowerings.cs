namespace ModelRegistry.Inference.Planning.Lowering;

/// <summary>The kernel call for each operation of the vocabulary.</summary>
internal static class Lowerings
{
    internal static Step Lower(LoweringContext context, FusedNode fused)
    {
        var node = context.Node(fused);
        return node.Operation.Name switch
        {
            "conv2d" => ConvolutionLowering.Convolution(context, fused),
            "conv_transpose2d" => ConvolutionLowering.Transposed(context, fused),
            "linear" => MatrixLowering.Linear(context, fused),
            "matmul" => MatrixLowering.MatMul(context, fused),
            "attention" => MatrixLowering.Attention(context, fused),
            "embedding" => MatrixLowering.Embedding(context, fused),
            "batch_norm" => NormalizationLowering.BatchNorm(context, fused),
            "layer_norm" => NormalizationLowering.LayerNorm(context, fused),
            "group_norm" => NormalizationLowering.GroupNorm(context, fused),
            "softmax" => NormalizationLowering.Softmax(context, fused),
            "max_pool2d" or "avg_pool2d" => PoolingLowering.Window(context, fused),
            "adaptive_avg_pool2d" or "adaptive_max_pool2d" => PoolingLowering.Adaptive(context, fused),
            "upsample" => PoolingLowering.Upsample(context, fused),
            "add" or "mul" => ElementwiseLowering.Binary(context, fused),
            "concat" => LayoutLowering.Concat(context, fused),
            "permute" => LayoutLowering.Permute(context, fused),
            "slice" => LayoutLowering.Slice(context, fused),
            "expand" => LayoutLowering.Expand(context, fused),
            "mean" => LayoutLowering.Mean(context, fused),
            _ => ElementwiseLowering.Activation(context, fused),
        };
    }
}
