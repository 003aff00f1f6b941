using ModelRegistry.Weights;

namespace ModelRegistry.Engine.OnnxRuntime;

/// <summary>Which inputs of a graph are indices, and into how many rows: what goes into a Gather from a tensor of the file, itself or reshaped.</summary>
internal static class IndexTables
{
    private static readonly HashSet<string> Views = new(StringComparer.Ordinal) { "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Expand" };

    /// <summary>Rows of the smallest table that each input indexes, by the input's name. Inputs that index none are not in it.</summary>
    public static Dictionary<string, long> Of(OnnxFile file)
    {
        var limits = new Dictionary<string, long>(StringComparer.Ordinal);
        var sources = file.Model.Inputs.Where(input => input.DType is DType.Int64 or DType.Int32).DistinctBy(input => input.Name).ToDictionary(input => input.Name, input => input.Name, StringComparer.Ordinal);
        if (sources.Count == 0) return limits;
        var tables = file.Tensors.ToLookup(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        foreach (var node in Nodes(file))
        {
            if (node.Operator == "Gather" && node.Inputs is [var table, var indices] && sources.TryGetValue(indices, out var input) && tables[table].FirstOrDefault() is { IsDefaultOrEmpty: false } shape)
            {
                var axis = node.Attributes.GetValueOrDefault("axis") is long given ? given : 0;
                var rows = shape[(int)Math.Clamp(axis < 0 ? axis + shape.Length : axis, 0, shape.Length - 1)];
                limits[input] = Math.Min(rows, limits.GetValueOrDefault(input, long.MaxValue));
            }
            else if (Views.Contains(node.Operator) && node is { Inputs: [var from, ..], Outputs: [var to] } && sources.TryGetValue(from, out var source))
            {
                sources[to] = source;
            }
        }

        return limits;
    }

    // A graph that our reader does not follow to its end, such as a forest with its numbers as attributes, has no tables.
    private static IReadOnlyList<Weights.Onnx.OnnxNode> Nodes(OnnxFile file)
    {
        try
        {
            return file.ReadNodes();
        }
        catch (WeightsFormatException)
        {
            return [];
        }
    }
}
