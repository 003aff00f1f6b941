using System.Globalization;
using ModelRegistry.Inference.Graphs;

namespace ModelRegistry.Inference.Operations;

/// <summary>What an operation sees of its node while shapes are inferred.</summary>
internal sealed class NodeInference
{
    private readonly GraphNode _node;
    private readonly TensorRequirements _requirements;

    internal NodeInference(GraphNode node, IReadOnlyList<long[]> inputs, TensorRequirements requirements)
    {
        _node = node;
        Inputs = inputs;
        _requirements = requirements;
    }

    internal AttributeValues Attributes => _node.Attributes;

    internal IReadOnlyList<long[]> Inputs { get; }

    internal long[] Input => Inputs[0];

    /// <summary>
    /// Asks for <c>key.role</c> with a shape, in which unknown sizes accept any. Returns the tensor's own shape, or one
    /// of unknown sizes where the tensor is missing or misshapen: that is reported once, here, and not again downstream.
    /// </summary>
    internal long[] Tensor(string role, params long[] expected) => _requirements.Require(_node.TensorKey(role), expected);

    /// <summary>Tolerates <c>key.role</c>: a buffer that training needs and inference does not.</summary>
    internal void Buffer(string role) => _requirements.Tolerate(_node.TensorKey(role));

    internal void NeedRank(int rank, string layout)
    {
        if (Input.Length != rank)
            throw Mismatch($"takes {layout}, not {Dimension.Show(Input)}");
    }

    /// <summary>An axis counted from the end when negative, as an index.</summary>
    internal int Axis(string attribute, int rank)
    {
        var axis = Attributes.Integer(attribute);
        var index = axis < 0 ? axis + rank : axis;
        return index >= 0 && index < rank
            ? (int)index
            : throw Mismatch(string.Create(CultureInfo.InvariantCulture, $"{attribute} {axis} is outside {Dimension.Show(Input)}"));
    }

    /// <summary>The shape of two tensors combined element by element: aligned at their last dimension, sizes of 1 repeated.</summary>
    internal long[] Broadcast(long[] a, long[] b)
    {
        var result = new long[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (x, y) = (i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
            if (x != y && x != 1 && y != 1 && x != Dimension.Unknown && y != Dimension.Unknown)
                throw Mismatch($"cannot combine {Dimension.Show(a)} and {Dimension.Show(b)}");
            result[^i] = (x, y) switch
            {
                (1, _) => y,
                (_, 1) => x,
                (Dimension.Unknown, _) => y,
                _ => x,
            };
        }

        return result;
    }

    internal InferenceException Mismatch(string message) =>
        new(InferenceCodes.ShapeMismatch, $"{_node.Operation.Name} {message}", _node.Where);
}
