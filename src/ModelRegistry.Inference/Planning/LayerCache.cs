using System.Buffers;
using System.Collections.Concurrent;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels;

namespace ModelRegistry.Inference.Planning;

/// <summary>
/// Layers with their weights folded and packed, each made once and shared by the plans of all input sizes. Layers may be
/// asked for from several threads, the same one only from one.
/// </summary>
internal sealed class LayerCache : IDisposable
{
    private readonly Graph _graph;
    private readonly CheckedWeights _weights;
    private readonly ConcurrentDictionary<(int Node, int? BatchNorm, Activation Activation), object> _layers = [];
    private readonly ConcurrentDictionary<string, float[]> _tensors = new(StringComparer.Ordinal);

    internal LayerCache(Graph graph, CheckedWeights weights) => (_graph, _weights) = (graph, weights);

    internal GraphNode Node(FusedNode fused) => _graph.Nodes[fused.Node];

    /// <summary>A tensor as it stands in the state dict; empty where the node has none of that role.</summary>
    internal float[] Tensor(GraphNode node, string role, bool present = true)
    {
        if (!present)
            return [];
        var key = node.TensorKey(role);
        return _tensors.GetOrAdd(key, name => _weights.Values(name).ToArray());
    }

    /// <summary>The values of a tensor, to be packed and not kept.</summary>
    internal ReadOnlySpan<float> Values(GraphNode node, string role) => _weights.Values(node.TensorKey(role));

    internal int[] Shape(GraphNode node, string role) => _weights.Shape(node.TensorKey(role));

    /// <summary>Makes a layer of weight and bias; the bias is empty where there is none.</summary>
    internal delegate TLayer Pack<TLayer>(GraphNode node, int[] shape, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias);

    /// <summary>The layer of a node with what was merged into it, made at the first call.</summary>
    /// <param name="fused">The node.</param>
    /// <param name="pack">Makes the layer.</param>
    /// <param name="transposed">Whether the weight is [inputs, outputs / groups, …] rather than [outputs, …].</param>
    internal TLayer Get<TLayer>(FusedNode fused, Pack<TLayer> pack, bool transposed = false)
        where TLayer : class
    {
        var key = (fused.Node, fused.BatchNorm, fused.Activation);
        if (_layers.TryGetValue(key, out var known))
            return (TLayer)known;
        var node = Node(fused);
        var shape = _weights.Shape(node.TensorKey("weight"));
        var weight = _weights.Values(node.TensorKey("weight"));
        var bias = node.Attributes.Boolean("bias") ? _weights.Values(node.TensorKey("bias")) : [];
        var layer = fused.BatchNorm is { } batchNorm
            ? PackFolded(node, _graph.Nodes[batchNorm], shape, weight, bias, pack, transposed)
            : pack(node, shape, weight, bias);
        _layers[key] = layer;
        return layer;
    }

    /// <summary>A layer that an operation makes of tensors of its own names; made at the first call.</summary>
    internal TLayer Own<TLayer>(FusedNode fused, Func<GraphNode, TLayer> make)
        where TLayer : class, IDisposable
    {
        var key = (fused.Node, fused.BatchNorm, fused.Activation);
        if (!_layers.TryGetValue(key, out var layer))
            _layers[key] = layer = make(Node(fused));
        return (TLayer)layer;
    }

    /// <summary>Frees the packed weights; no plan that uses them may run afterwards.</summary>
    public void Dispose()
    {
        foreach (var layer in _layers.Values)
            (layer as IDisposable)?.Dispose();
        _layers.Clear();
        _tensors.Clear();
    }

    private TLayer PackFolded<TLayer>(
        GraphNode node, GraphNode norm, int[] shape, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Pack<TLayer> pack, bool transposed)
    {
        var (scale, shift) = ScaleAndShift(norm);
        var rented = ArrayPool<float>.Shared.Rent(weight.Length);
        try
        {
            var folded = rented.AsSpan(0, weight.Length);
            var groups = transposed ? (int)node.Attributes.Integer("groups") : 1;
            var (channels, length) = (scale.Length / groups, weight.Length / groups);
            var stride = transposed ? length / (shape[0] / groups) / channels : length / channels;
            for (var group = 0; group < groups; group++)
            {
                var (part, own) = (new Range(group * length, (group + 1) * length), new Range(group * channels, (group + 1) * channels));
                BatchNormFolding.Fold(
                    weight[part], bias.IsEmpty ? [] : bias[own], scale.AsSpan(own), shift.AsSpan(own), stride, folded[part], shift.AsSpan(own));
            }

            return pack(node, shape, folded, shift);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    // Batch norm with running statistics as one factor and one summand per channel.
    private (float[] Scale, float[] Shift) ScaleAndShift(GraphNode norm)
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
}
