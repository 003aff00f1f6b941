using System.Buffers;
using System.Collections.Concurrent;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Planning;

/// <summary>
/// Layers with their weights folded and packed, each made once and shared by the plans of all input sizes. Layers may be
/// asked for from several threads, the same one only from one.
/// </summary>
internal sealed class LayerCache
{
    private readonly Graph _graph;
    private readonly CheckedWeights _weights;
    private readonly ConcurrentDictionary<(int Node, int? BatchNorm, Activation Activation), object> _layers = [];
    private readonly ConcurrentDictionary<string, float[]> _tensors = new(StringComparer.Ordinal);

    internal LayerCache(Graph graph, CheckedWeights weights) => (_graph, _weights) = (graph, weights);

    internal Conv2d Convolution(FusedNode fused) => Get(fused, (node, weight, bias) =>
    {
        var shape = _weights.Shape(node.TensorKey("weight"));
        return new Conv2d(Geometry(node, shape[1] * (int)node.Attributes.Integer("groups"), shape[0]), weight, bias, fused.Activation);
    });

    internal ConvTranspose2d TransposedConvolution(FusedNode fused) => Get(fused, (node, weight, bias) =>
    {
        var shape = _weights.Shape(node.TensorKey("weight"));
        return new ConvTranspose2d(Geometry(node, shape[0], shape[1] * (int)node.Attributes.Integer("groups")), weight, bias, fused.Activation);
    });

    internal Linear Linear(FusedNode fused) => Get(fused, (node, weight, bias) =>
    {
        var shape = _weights.Shape(node.TensorKey("weight"));
        return new Linear(shape[1], shape[0], weight, bias, fused.Activation);
    });

    /// <summary>A tensor as it stands in the state dict; empty where the node has none of that role.</summary>
    internal float[] Tensor(GraphNode node, string role, bool present = true)
    {
        if (!present)
            return [];
        var key = node.TensorKey(role);
        return _tensors.GetOrAdd(key, name => _weights.Values(name).ToArray());
    }

    internal int[] Shape(GraphNode node, string role) => _weights.Shape(node.TensorKey(role));

    internal Conv2dGeometry Geometry(GraphNode node, int inChannels, int outChannels)
    {
        var kernel = _weights.Shape(node.TensorKey("weight"));
        var (stride, padding, dilation) = (node.Attributes.Pair("stride"), node.Attributes.Pair("padding"), node.Attributes.Pair("dilation"));
        return new Conv2dGeometry
        {
            InChannels = inChannels,
            OutChannels = outChannels,
            KernelHeight = kernel[2],
            KernelWidth = kernel[3],
            StrideHeight = (int)stride.Height,
            StrideWidth = (int)stride.Width,
            PaddingHeight = (int)padding.Height,
            PaddingWidth = (int)padding.Width,
            DilationHeight = (int)dilation.Height,
            DilationWidth = (int)dilation.Width,
            Groups = (int)node.Attributes.Integer("groups"),
        };
    }

    private delegate TLayer Pack<TLayer>(GraphNode node, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias);

    private TLayer Get<TLayer>(FusedNode fused, Pack<TLayer> pack)
        where TLayer : class
    {
        var key = (fused.Node, fused.BatchNorm, fused.Activation);
        if (_layers.TryGetValue(key, out var known))
            return (TLayer)known;
        var node = _graph.Nodes[fused.Node];
        var weight = _weights.Values(node.TensorKey("weight"));
        var bias = node.Attributes.Boolean("bias") ? _weights.Values(node.TensorKey("bias")) : [];
        var layer = fused.BatchNorm is { } batchNorm
            ? PackFolded(node, _graph.Nodes[batchNorm], weight, bias, pack)
            : pack(node, weight, bias);
        _layers[key] = layer;
        return layer;
    }

    private TLayer PackFolded<TLayer>(GraphNode node, GraphNode norm, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Pack<TLayer> pack)
    {
        var (scale, shift) = ScaleAndShift(norm);
        var shape = _weights.Shape(node.TensorKey("weight"));
        var foldedBias = new float[scale.Length];
        var rented = ArrayPool<float>.Shared.Rent(weight.Length);
        try
        {
            var foldedWeight = rented.AsSpan(0, weight.Length);
            if (node.Operation.Name == "conv_transpose2d")
                FoldTransposed(weight, scale, (int)node.Attributes.Integer("groups"), shape, foldedWeight);
            else
                BatchNormFolding.Fold(weight, [], scale, shift, weight.Length / scale.Length, foldedWeight, foldedBias);
            for (var c = 0; c < shift.Length; c++)
                foldedBias[c] = (bias.IsEmpty ? 0 : bias[c] * scale[c]) + shift[c];
            return pack(node, foldedWeight, foldedBias);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Batch norm with running statistics as one factor and one summand per channel.</summary>
    internal (float[] Scale, float[] Shift) ScaleAndShift(GraphNode norm)
    {
        var affine = norm.Attributes.Boolean("affine");
        var mean = _weights.Values(norm.TensorKey("running_mean"));
        var (scale, shift) = (new float[mean.Length], new float[mean.Length]);
        BatchNormFolding.ToScaleAndShift(
            mean,
            _weights.Values(norm.TensorKey("running_var")),
            affine ? _weights.Values(norm.TensorKey("weight")) : [],
            affine ? _weights.Values(norm.TensorKey("bias")) : [],
            (float)norm.Attributes.Number("eps"),
            scale,
            shift);
        return (scale, shift);
    }

    // The output channel is the second axis of the weight, and counts within the group of the first.
    private static void FoldTransposed(ReadOnlySpan<float> weight, float[] scale, int groups, int[] shape, Span<float> folded)
    {
        var area = shape[2] * shape[3];
        var perGroup = shape[0] / groups;
        for (var input = 0; input < shape[0]; input++)
        {
            for (var output = 0; output < shape[1]; output++)
            {
                var start = (input * shape[1] + output) * area;
                var factor = scale[input / perGroup * shape[1] + output];
                for (var i = start; i < start + area; i++)
                    folded[i] = weight[i] * factor;
            }
        }
    }
}
