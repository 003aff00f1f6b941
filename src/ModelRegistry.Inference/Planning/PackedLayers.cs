using System.Runtime.ExceptionServices;
using ModelRegistry.Inference.Graphs;

namespace ModelRegistry.Inference.Planning;

/// <summary>Reads and packs all weights when the network is loaded, before any input is known.</summary>
internal static class PackedLayers
{
    /// <param name="graph">The network.</param>
    /// <param name="shapes">Of each value, as far as known.</param>
    /// <param name="layers">Receives them.</param>
    /// <param name="threads">Layers are independent, so they are packed side by side.</param>
    internal static void Prepare(Graph graph, long[][] shapes, LayerCache layers, int threads)
    {
        var fused = Fuser.Fuse(graph, shapes);
        try
        {
            Parallel.ForEach(fused, new ParallelOptions { MaxDegreeOfParallelism = threads }, one => Prepare(graph.Nodes[one.Node], one, layers));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }
    }

    private static void Prepare(GraphNode node, FusedNode fused, LayerCache layers)
    {
        switch (node.Operation.Name)
        {
            case "conv2d":
                layers.Convolution(fused);
                break;
            case "conv_transpose2d":
                layers.TransposedConvolution(fused);
                break;
            case "linear":
                layers.Linear(fused);
                break;
            case "parameter":
                layers.Tensor(node, "");
                break;
            case "embedding":
                layers.Tensor(node, "weight");
                break;
            case "batch_norm":
                layers.Tensor(node, "running_mean");
                layers.Tensor(node, "running_var");
                layers.Tensor(node, "weight", node.Attributes.Boolean("affine"));
                layers.Tensor(node, "bias", node.Attributes.Boolean("affine"));
                break;
            case "layer_norm" or "group_norm":
                layers.Tensor(node, "weight");
                layers.Tensor(node, "bias", !node.Attributes.Has("bias") || node.Attributes.Boolean("bias"));
                break;
        }
    }
}
